//! What a virtual printer prints: the `GS v 0` rasters of a job, stacked.

/// One job's picture, a row of dots a row of bytes, 1 = black.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paper {
    /// Bytes across.
    pub width: usize,
    /// The rows from the top.
    pub rows: Vec<Vec<u8>>,
}

/// Reads the rasters out of a job's bytes; everything else is skipped.
#[must_use]
pub fn read(bytes: &[u8]) -> Paper {
    let mut paper = Paper::default();
    let mut at = 0;
    while at + 8 <= bytes.len() {
        if bytes[at..at + 3] != [0x1D, 0x76, 0x30] {
            at += 1;
            continue;
        }
        let number = |low: usize| usize::from(bytes[low]) + 256 * usize::from(bytes[low + 1]);
        let (width, height) = (number(at + 4), number(at + 6));
        let dots = &bytes[at + 8..bytes.len().min(at + 8 + width * height)];
        paper.width = width;
        paper.rows.extend(dots.chunks_exact(width.max(1)).map(<[u8]>::to_vec));
        at += 8 + width * height;
    }
    paper
}

impl Paper {
    /// Whether a dot is black.
    #[must_use]
    pub fn black(&self, row: usize, dot: usize) -> bool {
        let byte = self.rows.get(row).and_then(|row| row.get(dot / 8));
        byte.is_some_and(|byte| byte & (0x80 >> (dot % 8)) != 0)
    }

    /// Writes the picture as a PNG file.
    ///
    /// # Errors
    /// When the file cannot be written or there is no picture.
    pub fn write_png(&self, path: &std::path::Path) -> anyhow::Result<()> {
        let (width, height) = (u32::try_from(self.width * 8)?, u32::try_from(self.rows.len())?);
        let file = std::io::BufWriter::new(std::fs::File::create(path)?);
        let mut encoder = png::Encoder::new(file, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let inverted: Vec<u8> = self.rows.iter().flatten().map(|byte| !byte).collect();
        encoder.write_header()?.write_image_data(&inverted)?;
        Ok(())
    }
}
