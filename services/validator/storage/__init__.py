"""Tables of the schema `validator` and the stores over them. Stores never commit."""
