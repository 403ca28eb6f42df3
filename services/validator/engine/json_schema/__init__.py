"""JSON documents against JSON Schemas: DECP, ZFE, cycle paths and other French schemas."""
