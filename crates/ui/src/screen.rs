//! The size of the screen, for displays on which nobody manages windows.

use slint::PhysicalSize;
use x11rb::connection::Connection;

/// The X screen's size; nothing under Wayland, where a full screen needs no help.
///
/// Without a window manager "full screen" is a wish that nobody hears, and a kiosk would stand in a
/// corner of its own screen.
pub(crate) fn size() -> Option<PhysicalSize> {
    let named = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if named("WAYLAND_DISPLAY") || !named("DISPLAY") {
        return None;
    }
    let (connection, screen) = x11rb::connect(None).ok()?;
    let screen = connection.setup().roots.get(screen)?;
    Some(PhysicalSize::new(screen.width_in_pixels.into(), screen.height_in_pixels.into()))
}
