//! The rules of a centre's queue.
mod number;
mod site;
mod slip;
pub use number::{NotANumber, Number};
pub use site::*;
pub use slip::{PrintState, Slip};
