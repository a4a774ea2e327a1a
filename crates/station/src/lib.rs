//! What every program is before it has a face: config, log, clock, desk, the screens' flows.
