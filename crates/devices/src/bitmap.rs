//! One bit a dot: what a thermal head can do.

use std::fs::File;
use std::io::{BufReader, Write};
use std::path::Path;

/// A logo is a few centimetres.
const SIDE_MAX: u32 = 2_048;

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

    /// Blackens what is black in another picture whose corner is put at (x, y).
    pub fn stamp(&mut self, other: &Self, x: usize, y: usize) {
        for row in 0..other.height() {
            for column in 0..other.width {
                if other.get(column, row) {
                    self.set(x + column, y + row);
                }
            }
        }
    }

    /// The picture in another size: a dot is black where most of what it stands for is.
    #[must_use]
    pub fn scaled(&self, width: usize, height: usize) -> Self {
        let mut small = Self::new(width, height);
        let span = |at: usize, of: usize, from: usize| {
            let start = at * from / of;
            start..((at + 1) * from).div_ceil(of).max(start + 1)
        };
        for y in 0..height {
            let rows = span(y, height, self.height());
            for x in 0..width {
                let columns = span(x, width, self.width);
                let black = rows
                    .clone()
                    .flat_map(|row| columns.clone().map(move |column| (column, row)))
                    .filter(|(column, row)| self.get(*column, *row))
                    .count();
                if 2 * black >= rows.len() * columns.len() {
                    small.set(x, y);
                }
            }
        }
        small
    }

    /// Reads a PNG file: what is dark and not transparent is black.
    ///
    /// # Errors
    /// The file cannot be read, is no PNG, or is larger than 2,048 dots a side.
    pub fn read_png(path: &Path) -> std::io::Result<Self> {
        let file = BufReader::new(File::open(path)?);
        let mut decoder = png::Decoder::new(file);
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info()?;
        let (width, height) = reader.info().size();
        if width > SIDE_MAX || height > SIDE_MAX || width == 0 || height == 0 {
            return Err(std::io::Error::other(format!("{width}×{height} dots are too many")));
        }
        let size = reader.output_buffer_size().ok_or_else(|| std::io::Error::other("too large"))?;
        let mut bytes = vec![0; size];
        let frame = reader.next_frame(&mut bytes)?;
        let samples = frame.color_type.samples();
        let mut picture = Self::new(width as usize, height as usize);
        for (y, row) in bytes.chunks(frame.line_size).take(height as usize).enumerate() {
            for (x, dot) in row.chunks_exact(samples).take(width as usize).enumerate() {
                let (light, opaque) = match *dot {
                    [grey] => (u32::from(grey), 255),
                    [grey, alpha] => (u32::from(grey), alpha),
                    [red, green, blue] => (luminance(red, green, blue), 255),
                    [red, green, blue, alpha] => (luminance(red, green, blue), alpha),
                    _ => (255, 0),
                };
                if light < 128 && opaque >= 128 {
                    picture.set(x, y);
                }
            }
        }
        Ok(picture)
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

/// Perceived lightness of a colour (ITU-R BT.601), 0..=255.
fn luminance(red: u8, green: u8, blue: u8) -> u32 {
    (299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue)) / 1_000
}
