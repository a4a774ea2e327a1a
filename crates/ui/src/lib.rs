//! The windows of `ui/`, compiled once into one set of types.
