//! One bit a dot: what a thermal head can do.

use std::io::Write;

/// A black-and-white picture, rows of bytes from the top, the highest bit leftmost, 1 = black.
#[derive(Clone, PartialEq, Eq)]
pub struct Bitmap {
    width: usize,
    rows: Vec<Vec<u8>>,
}

impl std::fmt::Debug for Bitmap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bitmap({}×{})", self.width, self.rows.len())
    }
}

impl Bitmap {
    /// A white picture; the width is rounded up to whole bytes.
    #[must_use]
    pub fn new(width: usize, height: usize) -> Self {
        let bytes = width.div_ceil(8);
        Self { width: bytes * 8, rows: vec![vec![0; bytes]; height] }
    }

    /// Dots across.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Dots down.
    #[must_use]
    pub fn height(&self) -> usize {
        self.rows.len()
    }

    /// Whether a dot is black; outside the picture all is white.
    #[must_use]
    pub fn get(&self, x: usize, y: usize) -> bool {
        self.rows
            .get(y)
            .and_then(|row| row.get(x / 8))
            .is_some_and(|byte| byte >> (7 - x % 8) & 1 == 1)
    }

    /// Blackens a dot; outside the picture nothing happens.
    pub fn set(&mut self, x: usize, y: usize) {
        if let Some(byte) = self.rows.get_mut(y).and_then(|row| row.get_mut(x / 8)) {
            *byte |= 1 << (7 - x % 8);
        }
    }

    /// Blackens a rectangle.
    pub fn fill(&mut self, x: usize, y: usize, width: usize, height: usize) {
        for row in y..y + height {
            for column in x..x + width {
                self.set(column, row);
            }
        }
    }

    /// Cuts or extends the picture to this height.
    pub fn resize(&mut self, height: usize) {
        let bytes = self.width / 8;
        self.rows.resize(height, vec![0; bytes]);
    }

    /// The rows' bytes, for the encoder.
    #[must_use]
    pub fn rows(&self) -> &[Vec<u8>] {
        &self.rows
    }

    /// The picture as a PNG file, one bit a dot.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write_png(&self, out: impl Write) -> std::io::Result<()> {
        let side = |n: usize| u32::try_from(n).map_err(std::io::Error::other);
        let mut encoder = png::Encoder::new(out, side(self.width)?, side(self.rows.len())?);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        // In PNG a 1 is white.
        let inverted: Vec<u8> = self.rows.iter().flatten().map(|byte| !byte).collect();
        encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&inverted))
            .map_err(std::io::Error::other)
    }
}
