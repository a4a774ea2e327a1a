//! Set-up, demo and checks, and the stage on which tests play the real programs.
