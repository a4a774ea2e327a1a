//! The face of ui/kiosk.slint; holds the printer.
