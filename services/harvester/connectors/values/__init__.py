"""Reading what portals write: texts, dates, addresses, formats, licences, places. Pure."""
