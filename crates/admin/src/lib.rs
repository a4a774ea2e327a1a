//! The luot command: set up, look, act, prove.
