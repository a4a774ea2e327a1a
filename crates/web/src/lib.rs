//! The centre over HTTP: the board and a visitor's turn.
