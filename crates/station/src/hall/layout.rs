//! How large things stand: from the glass, the distance and what must be read from there.
//!
//! All lengths are pixels of the design, 1920×1080 or 1080×1920, which is scaled to the screen as a
//! whole; so they follow from the diagonal and the distance alone and are right at every resolution.

use crate::config::ScreenSection;

/// The number that is called, minutes of arc: what EN 301 549 asks of low vision, 0.7°.
pub const ARC_CALLED: f64 = 42.0;
/// A table's rows, "one inch for ten feet".
pub const ARC_RECENT: f64 = 28.6;
/// Below this nothing is read (ISO 9241-303); `luot doctor` says so.
pub const ARC_LEAST: f64 = 16.0;
/// Calls that share the screen, and the calls before, are meant for those who sit nearer.
const NEARER: f64 = 2.0 / 3.0;
/// A 16:9 glass is as wide as this part of its diagonal.
const WIDE: f64 = 0.8716;

/// How a screen is divided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The height of the called number's figures.
    pub called: u32,
    /// The height of figures of calls that share the screen.
    pub many: u32,
    /// The height of figures of the calls before.
    pub recent: u32,
    /// Rows of calls before.
    pub rows: u32,
    /// Number and place stand one above the other, though the screen lies.
    pub stacked: bool,
    /// The screen is higher than wide.
    pub upright: bool,
    /// How many calls may share the screen.
    pub share: usize,
}

/// The height in pixels of the design at which figures are seen under `arc` minutes from `metres`.
#[must_use]
pub fn pixels(screen: &ScreenSection, arc: f64, metres: f64) -> f64 {
    (arc / 60.0).to_radians().tan() * metres * 1_000.0 / mm_per_pixel(screen)
}

/// The arc in minutes under which figures of a height in pixels of the design are seen by the last
/// row.
#[must_use]
pub fn arc(screen: &ScreenSection, pixels: u32) -> f64 {
    let mm = f64::from(pixels) * mm_per_pixel(screen);
    (mm / (f64::from(screen.distance_m) * 1_000.0)).atan().to_degrees() * 60.0
}

fn mm_per_pixel(screen: &ScreenSection) -> f64 {
    f64::from(screen.diagonal_in) * 25.4 * WIDE / 1_920.0
}

/// What is needed and what there is room for.
struct Room {
    /// As drawn, where less would do.
    called: (u32, u32),
    /// As drawn, and as wide as a row has room for.
    recent: (u32, u32),
    /// Height of the part between header and band.
    height: u32,
    /// What the card of the called number takes beside its figures.
    card: u32,
    rows: u32,
}

const LYING: Room =
    Room { called: (289, 326), recent: (131, 148), height: 884, card: 167, rows: 2 };
const UPRIGHT: Room =
    Room { called: (231, 258), recent: (111, 161), height: 1_654, card: 0, rows: 4 };
/// Figures of a stacked card: two rows of all there is.
const STACKED_MAX: u32 = 380;
/// The card of an upright screen has its own height.
const UPRIGHT_CARD: u32 = 900;
/// The words above the calls before, and the gap between their rows.
const HEAD: u32 = 54;
const GAP: u32 = 16;
/// Figures of two or three calls that share a lying screen, and of any that share an upright one.
const MANY: [(usize, u32); 2] = [(3, 193), (2, 205)];
const MANY_UPRIGHT: u32 = 144;

impl Layout {
    /// The layout of a lying (or upright) screen: figures are never smaller than drawn, and as large
    /// as the last row needs while there is room; what is less important gives way.
    #[must_use]
    pub fn of(screen: &ScreenSection, lying: bool) -> Self {
        let metres = f64::from(screen.distance_m);
        let called = whole(pixels(screen, ARC_CALLED, metres));
        let many = whole(pixels(screen, ARC_CALLED, metres * NEARER));
        let recent = whole(pixels(screen, ARC_RECENT, metres * NEARER) - 0.5);
        if lying && called > LYING.called.1 {
            let called = called.min(STACKED_MAX);
            let layout =
                Self { called, many: MANY[1].1, stacked: true, share: 1, ..Self::default() };
            return layout;
        }
        let room = if lying { LYING } else { UPRIGHT };
        let called = called.clamp(room.called.0, room.called.1);
        let card = if lying { called + room.card } else { UPRIGHT_CARD };
        // A row is a third higher than its figures.
        let recent = recent.clamp(room.recent.0, room.recent.1);
        let row = recent * 133 / 100 + GAP;
        let left = (room.height + GAP).saturating_sub(card + 6 + HEAD);
        let rows = (left / row).min(room.rows);
        let fits = MANY.into_iter().find(|(_, high)| *high >= many);
        let (share, many) = match fits {
            _ if !lying => (3, MANY_UPRIGHT),
            Some((share, high)) => (share, high),
            None => (1, MANY[1].1),
        };
        Self { called, many, recent, rows, stacked: false, upright: !lying, share }
    }
}

/// Rounded up: a pixel less would be a pixel too few.
fn whole(pixels: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few thousand")]
    let whole = (pixels - 0.01).ceil().max(0.0) as u32;
    whole
}

#[cfg(test)]
mod tests;
