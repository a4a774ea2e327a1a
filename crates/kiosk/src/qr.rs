//! A QR code as a picture for the screen: one pixel a module, the quiet zone included.

use qrcodegen::{QrCode, QrCodeEcc};
use slint::{Image, Rgb8Pixel, SharedPixelBuffer};

/// Light modules around the code; ISO/IEC 18004 asks for four.
const QUIET: i32 = 4;

/// The picture; nothing when the text is too long for a code.
pub(crate) fn picture(text: &str) -> Option<Image> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size() + 2 * QUIET;
    let side = u32::try_from(size).ok()?;
    let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(side, side);
    let places = (0..size).flat_map(|y| (0..size).map(move |x| (x, y)));
    for (pixel, (x, y)) in pixels.make_mut_slice().iter_mut().zip(places) {
        let value = if code.get_module(x - QUIET, y - QUIET) { 0 } else { 255 };
        *pixel = Rgb8Pixel::new(value, value, value);
    }
    Some(Image::from_rgb8(pixels))
}
