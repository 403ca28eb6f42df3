"""The catalogue as DCAT-AP 3: W3C DCAT 3, SEMIC's application profile, and DQV."""
