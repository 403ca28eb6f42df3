"""Data packages: several tables whose schemas belong together (IRVE, acceslibre, CNIG …)."""
