"""Findings in words: French for those who mend the file, English on request."""
