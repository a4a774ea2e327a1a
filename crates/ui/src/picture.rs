//! A picture of the centre's own, read from a PNG file.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use png::{ColorType, Transformations};
use slint::{Rgba8Pixel, SharedPixelBuffer};

use crate::FrameError;

/// Larger than any screen: a picture beyond would only take memory.
const PIXELS_MAX: u64 = 3_840 * 2_160;

/// Decodes a PNG file of at most as many pixels as a 4K screen has. Takes a while: not for the
/// thread that draws.
///
/// # Errors
/// When the file cannot be read, is no PNG, or is too large.
pub fn picture(path: &Path) -> Result<SharedPixelBuffer<Rgba8Pixel>, FrameError> {
    let wrong = |source| FrameError::Picture { path: path.to_owned(), source };
    let other = |error: png::DecodingError| wrong(std::io::Error::other(error));
    let mut decoder = png::Decoder::new(BufReader::new(File::open(path).map_err(wrong)?));
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(other)?;
    let (width, height) = (reader.info().width, reader.info().height);
    let size = reader.output_buffer_size();
    let fits = u64::from(width) * u64::from(height) <= PIXELS_MAX;
    let Some(size) = size.filter(|_| fits) else {
        return Err(wrong(std::io::Error::other("larger than 3840×2160")));
    };
    let mut bytes = vec![0; size];
    let frame = reader.next_frame(&mut bytes).map_err(other)?;
    let mut pixels = SharedPixelBuffer::<Rgba8Pixel>::new(width, height);
    let step = frame.color_type.samples();
    for (to, from) in pixels.make_mut_slice().iter_mut().zip(bytes.chunks_exact(step)) {
        *to = match (frame.color_type, from) {
            (ColorType::Rgba, [r, g, b, a]) => Rgba8Pixel::new(*r, *g, *b, *a),
            (ColorType::Rgb, [r, g, b]) => Rgba8Pixel::new(*r, *g, *b, 255),
            (ColorType::GrayscaleAlpha, [grey, a]) => Rgba8Pixel::new(*grey, *grey, *grey, *a),
            (_, [grey, ..]) => Rgba8Pixel::new(*grey, *grey, *grey, 255),
            (_, []) => Rgba8Pixel::new(0, 0, 0, 0),
        };
    }
    Ok(pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(name: &str, color: ColorType, size: u32, bytes: &[u8]) -> std::path::PathBuf {
        let path = std::env::temp_dir().join(format!("luot-picture-{}-{name}", std::process::id()));
        let mut encoder = png::Encoder::new(File::create(&path).unwrap(), size, 1);
        encoder.set_color(color);
        encoder.write_header().unwrap().write_image_data(bytes).unwrap();
        path
    }

    #[test]
    fn every_kind_of_png_is_read_and_what_is_none_is_refused() {
        for (name, color, bytes, wanted) in [
            ("rgb", ColorType::Rgb, vec![1, 2, 3, 4, 5, 6], [1, 2, 3, 255]),
            ("rgba", ColorType::Rgba, vec![1, 2, 3, 9, 4, 5, 6, 9], [1, 2, 3, 9]),
            ("grey", ColorType::Grayscale, vec![7, 8], [7, 7, 7, 255]),
            ("greya", ColorType::GrayscaleAlpha, vec![7, 9, 8, 9], [7, 7, 7, 9]),
        ] {
            let path = written(name, color, 2, &bytes);
            let read = picture(&path).unwrap();
            let first = read.as_slice()[0];
            assert_eq!([first.r, first.g, first.b, first.a], wanted, "{name}");
            std::fs::remove_file(&path).unwrap();
        }
        let path = written("huge", ColorType::Grayscale, 9_000_000, &vec![0; 9_000_000]);
        assert!(picture(&path).unwrap_err().to_string().contains("3840×2160"));
        std::fs::write(&path, "no picture").unwrap();
        assert!(picture(&path).is_err());
        std::fs::remove_file(&path).unwrap();
        assert!(picture(&path).is_err());
    }
}
