//! How one visitor sees and reaches the screen, and what then fits on it.

/// The settings of the buttons at the foot. They combine, and go with the visitor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mode {
    /// "Chữ to": larger letters, fewer things on a page.
    pub large: bool,
    /// "Hạ thấp": everything to be touched is moved down, for one who sits or is small.
    pub low: bool,
    /// "Tương phản": the black theme.
    pub contrast: bool,
}

/// What the window can hold on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    tiles: [usize; 4],
    rows: [usize; 4],
    hits: [usize; 4],
    staff: [usize; 4],
    /// Whether the upper part of the screen may be out of reach.
    pub tall: bool,
}

impl Layout {
    /// Standing: three columns of tiles, a list of procedures.
    pub const UPRIGHT: Self = Self {
        tiles: [21, 10, 12, 6],
        rows: [7, 5, 4, 3],
        hits: [3, 2, 2, 1],
        staff: [7, 5, 4, 3],
        tall: true,
    };
    /// Lying down, where nothing is out of reach.
    pub const LYING: Self = Self {
        tiles: [20, 9, 20, 9],
        rows: [8, 6, 8, 6],
        hits: [3, 2, 3, 2],
        staff: [4, 3, 4, 3],
        tall: false,
    };

    /// Tiles on one page of the first screen.
    #[must_use]
    pub fn tiles(&self, mode: Mode) -> usize {
        self.tiles[at(mode)]
    }

    /// Rows on one page behind a field.
    #[must_use]
    pub fn rows(&self, mode: Mode) -> usize {
        self.rows[at(mode)]
    }

    /// Rows on one page of what was found, above the keys.
    #[must_use]
    pub fn hits(&self, mode: Mode) -> usize {
        self.hits[at(mode)]
    }
}

impl Layout {
    /// Lines on one page of a list of staff.
    pub(super) fn staff_rows(&self, mode: Mode) -> usize {
        self.staff[at(mode)]
    }
}

/// As usual, large, low, both.
fn at(mode: Mode) -> usize {
    usize::from(mode.large) + 2 * usize::from(mode.low)
}
