//! The screens of a display.

use slint::PhysicalSize;
use x11rb::connection::Connection;
use x11rb::protocol::randr::ConnectionExt as _;

/// The X screen's size; nothing under Wayland, where a full screen needs no help.
///
/// Without a window manager "full screen" is a wish that nobody hears, and a kiosk would stand in a
/// corner of its own screen.
pub(crate) fn size() -> Option<PhysicalSize> {
    if !is_x() {
        return None;
    }
    let (connection, screen) = x11rb::connect(None).ok()?;
    let screen = connection.setup().roots.get(screen)?;
    Some(PhysicalSize::new(screen.width_in_pixels.into(), screen.height_in_pixels.into()))
}

/// Size and place of each monitor, from left to right and from above; nothing under Wayland, and
/// where the display does not tell.
pub(crate) fn all() -> Option<Vec<Monitor>> {
    if !is_x() {
        return None;
    }
    let (connection, screen) = x11rb::connect(None).ok()?;
    let root = connection.setup().roots.get(screen)?.root;
    let told = connection.randr_get_monitors(root, true).ok()?.reply().ok()?;
    let monitor = |m: &x11rb::protocol::randr::MonitorInfo| {
        ((m.width.into(), m.height.into()), (m.x.into(), m.y.into()))
    };
    let mut monitors: Vec<Monitor> = told.monitors.iter().map(monitor).collect();
    monitors.sort_by_key(|(_, place)| *place);
    Some(monitors)
}

/// Size and place, in pixels of the display.
type Monitor = ((u32, u32), (i32, i32));

fn is_x() -> bool {
    let named = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    named("DISPLAY") && !named("WAYLAND_DISPLAY")
}
