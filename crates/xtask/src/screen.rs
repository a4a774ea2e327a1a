//! Where windows stand on an X screen.

use anyhow::{Result, anyhow};
use x11rb::connection::Connection;
use x11rb::protocol::randr::ConnectionExt as _;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, Window};
use x11rb::rust_connection::RustConnection;

/// A rectangle of a screen, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// From the left edge.
    pub x: i32,
    /// From the upper edge.
    pub y: i32,
    /// Across.
    pub width: u32,
    /// Down.
    pub height: u32,
}

/// The demo's four windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// Upright, at the left.
    pub kiosk: Area,
    /// Above the counter.
    pub hall: Area,
    /// Below the hall.
    pub counter: Area,
    /// The virtual printer, at the right.
    pub slip: Area,
}

const GAP: u32 = 8;

impl Area {
    /// As `--windowed` takes it.
    #[must_use]
    pub fn geometry(self) -> String {
        format!("{}x{}+{}+{}", self.width, self.height, self.x, self.y)
    }

    /// Whether the two have a point in common.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        let apart = |a: i32, a_long: u32, b: i32, b_long: u32| {
            a.saturating_add_unsigned(a_long) <= b || b.saturating_add_unsigned(b_long) <= a
        };
        !apart(self.x, self.width, other.x, other.width)
            && !apart(self.y, self.height, other.y, other.height)
    }

    fn common(self, other: Self) -> Option<Self> {
        let (x, y) = (self.x.max(other.x), self.y.max(other.y));
        let end = |a: i32, long: u32| a.saturating_add_unsigned(long);
        let right = end(self.x, self.width).min(end(other.x, other.width));
        let lower = end(self.y, self.height).min(end(other.y, other.height));
        let (width, height) = (u32::try_from(right - x).ok()?, u32::try_from(lower - y).ok()?);
        Some(Self { x, y, width, height })
    }
}

impl Places {
    /// Shares `room` out: the kiosk upright at the left, the hall above the counter, the slip at the
    /// right. Each window gets a title bar of `title` pixels on top, which a manager adds.
    #[must_use]
    pub fn within(room: Area, title: u32) -> Self {
        // The columns in heights of the kiosk: 9/16, half of 16/9, and a quarter or more for the
        // slip; on a 16:9 screen they fill it exactly.
        let across = room.width.saturating_sub(4 * GAP);
        let tall = room.height.saturating_sub(title + GAP).min(across * 100 / 172);
        let kiosk = (tall * 9 / 16).max(200);
        let half = tall.saturating_sub(title + GAP) / 2;
        let wide = half * 16 / 9;
        let slip = across.saturating_sub(kiosk + wide).min(tall * 9 / 20);
        let step = |long: u32| i32::try_from(long + GAP).unwrap_or_default();
        let (middle, right) = (room.x + step(kiosk), room.x + step(kiosk) + step(wide));
        let area = |x, y, width, height| Area { x, y, width, height };
        Self {
            kiosk: area(room.x, room.y, kiosk, tall),
            hall: area(middle, room.y, wide, half),
            counter: area(middle, room.y + step(half + title), wide, half),
            slip: area(right, room.y, slip, tall),
        }
    }
}

/// An X display that answers.
#[derive(Debug)]
pub(crate) struct Screen {
    pub(crate) wire: RustConnection,
    number: usize,
}

impl Screen {
    /// The display that `DISPLAY` names.
    pub(crate) fn open() -> Result<Self> {
        let (wire, number) = x11rb::connect(None)?;
        Ok(Self { wire, number })
    }

    pub(crate) fn root(&self) -> Result<&x11rb::protocol::xproto::Screen> {
        let screen = self.wire.setup().roots.get(self.number);
        screen.ok_or_else(|| anyhow!("the display has no screen"))
    }

    /// The demo's windows on the first monitor, clear of the desktop's panels.
    pub(crate) fn places(&self) -> Result<Places> {
        let root = self.root()?;
        let whole = Area {
            x: 0,
            y: 0,
            width: root.width_in_pixels.into(),
            height: root.height_in_pixels.into(),
        };
        let monitor = self.monitor(root.root).unwrap_or(whole);
        let numbers = |name| self.numbers(root.root, name).unwrap_or_default();
        let room = match numbers("_NET_WORKAREA").as_slice() {
            [x, y, width, height, ..] => Area {
                x: i32::try_from(*x).unwrap_or_default(),
                y: i32::try_from(*y).unwrap_or_default(),
                width: *width,
                height: *height,
            },
            _ => whole,
        };
        let managed = !numbers("_NET_SUPPORTING_WM_CHECK").is_empty();
        Ok(Places::within(room.common(monitor).unwrap_or(monitor), if managed { 40 } else { 0 }))
    }

    fn monitor(&self, root: Window) -> Option<Area> {
        let monitors = self.wire.randr_get_monitors(root, true).ok()?.reply().ok()?.monitors;
        let first = monitors.iter().find(|m| m.primary).or(monitors.first())?;
        Some(Area {
            x: first.x.into(),
            y: first.y.into(),
            width: first.width.into(),
            height: first.height.into(),
        })
    }

    fn numbers(&self, window: Window, property: &str) -> Option<Vec<u32>> {
        let name = self.atom(property).ok()?;
        let asked = self.wire.get_property(false, window, name, AtomEnum::ANY, 0, 64).ok()?;
        Some(asked.reply().ok()?.value32()?.collect())
    }

    pub(crate) fn atom(&self, name: &str) -> Result<u32> {
        Ok(self.wire.intern_atom(false, name.as_bytes())?.reply()?.atom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_windows_share_any_usual_screen() {
        let sizes = [
            (640, 480),
            (800, 600),
            (1024, 768),
            (1080, 1920),
            (1280, 1024),
            (1366, 768),
            (1920, 1080),
            (2560, 1080),
            (3840, 2160),
        ];
        for ((width, height), title) in sizes.into_iter().flat_map(|s| [(s, 0), (s, 40)]) {
            let room = Area { x: 30, y: 50, width, height };
            let Places { kiosk, hall, counter, slip } = Places::within(room, title);
            let framed = [kiosk, hall, counter, slip]
                .map(|area| Area { height: area.height + title, ..area });
            for (i, one) in framed.into_iter().enumerate() {
                assert_eq!(one.common(room), Some(one), "{one:?} leaves {room:?}");
                assert!(one.width >= 90 && one.height >= 60, "{one:?} of {room:?}");
                for other in &framed[i + 1..] {
                    assert!(!one.overlaps(*other), "{one:?} and {other:?} on {room:?}");
                }
            }
            assert!(kiosk.width >= 200 && hall.width >= 200, "the programs refuse less");
        }
    }
}
