//! The face of ui/counter.slint; the officer's window.
