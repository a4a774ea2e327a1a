//! The face of ui/hall.slint; holds the voice.
