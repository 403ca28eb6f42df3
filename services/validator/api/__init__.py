"""HTTP side of the validator: one router per resource."""
