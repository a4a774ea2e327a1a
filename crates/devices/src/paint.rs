//! Text and codes as dots.

use cosmic_text::{
    Attrs, Buffer, Color, Family, FontSystem, Metrics, Shaping, SwashCache, Weight, Wrap, fontdb,
};
use qrcodegen::{QrCode, QrCodeEcc};
use serde::Deserialize;

use crate::Bitmap;

/// A grey value from here on is ink; no dithering, small text stays crisp.
const INK: u8 = 128;
/// Light modules around a QR code (ISO/IEC 18004).
const QUIET: i32 = 4;

/// The weights the slip is set in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    Regular,
    Bold,
}

/// One piece of text with its weight.
pub(crate) type Span<'a> = (&'a str, Ink);

/// The bundled fonts and their glyphs; never a font of the system, so that a slip is the same
/// picture on every machine.
pub(crate) struct Pen {
    fonts: FontSystem,
    cache: SwashCache,
}

impl Pen {
    pub(crate) fn new() -> Self {
        let mut db = fontdb::Database::new();
        for font in [
            include_bytes!("../../../assets/fonts/NotoSans-Regular.ttf").as_slice(),
            include_bytes!("../../../assets/fonts/NotoSans-Bold.ttf").as_slice(),
        ] {
            db.load_font_data(font.to_vec());
        }
        Self {
            fonts: FontSystem::new_with_locale_and_db("vi".to_owned(), db),
            cache: SwashCache::new(),
        }
    }

    /// Lays text out in a box of `width` dots, at most `lines_max` lines; what does not fit ends at
    /// a word with "…".
    pub(crate) fn lay(&mut self, spans: &[Span<'_>], style: Style, width: usize) -> Laid {
        let buffer = self.buffer(spans, style, width);
        let lines = buffer.layout_runs().count();
        if lines <= style.lines_max {
            return Laid { lines, buffer, style };
        }
        // Words are dropped from the end until the rest and the ellipsis fit.
        let (last, head) = match spans.split_last() {
            Some((last, head)) => (*last, head),
            None => return Laid { lines, buffer, style },
        };
        let mut words: Vec<&str> = last.0.split_whitespace().collect();
        while words.len() > 1 {
            words.pop();
            let cut = format!("{}…", words.join(" ").trim_end_matches([',', ';', '.']));
            let mut shorter = head.to_vec();
            shorter.push((cut.as_str(), last.1));
            let buffer = self.buffer(&shorter, style, width);
            let lines = buffer.layout_runs().count();
            if lines <= style.lines_max {
                return Laid { lines, buffer, style };
            }
        }
        Laid { lines: style.lines_max, buffer, style }
    }

    /// How many lines a text takes in a box of `width` dots.
    pub(crate) fn lines(&mut self, spans: &[Span<'_>], style: Style, width: usize) -> usize {
        self.buffer(spans, style, width).layout_runs().count()
    }

    fn buffer(&mut self, spans: &[Span<'_>], style: Style, width: usize) -> Buffer {
        let metrics = Metrics::new(style.size, style.size * style.pitch);
        let mut buffer = Buffer::new(&mut self.fonts, metrics);
        buffer.set_wrap(Wrap::Word);
        buffer.set_size(Some(dots(width)), None);
        let attrs = |ink| {
            let weight = if ink == Ink::Bold { Weight::BOLD } else { Weight::NORMAL };
            Attrs::new().family(Family::Name("Noto Sans")).weight(weight)
        };
        let align = Some(match style.align {
            Align::Left => cosmic_text::Align::Left,
            Align::Centre => cosmic_text::Align::Center,
            Align::Right => cosmic_text::Align::Right,
        });
        let rich = spans.iter().map(|(text, ink)| (*text, attrs(*ink)));
        buffer.set_rich_text(rich, &attrs(Ink::Regular), Shaping::Advanced, align);
        buffer.shape_until_scroll(&mut self.fonts, false);
        buffer
    }

    /// Draws laid text with its box's corner at (x, y).
    pub(crate) fn draw(&mut self, onto: &mut Bitmap, laid: &mut Laid, x: usize, y: usize) {
        let lines_max = laid.style.lines_max;
        // A descender may reach below the last line's pitch.
        let limit = laid.height() + laid.height() / laid.lines.max(1);
        let black = Color::rgb(0, 0, 0);
        let mut dots = Vec::new();
        laid.buffer.draw(&mut self.fonts, &mut self.cache, black, |dx, dy, w, h, color| {
            if color.a() >= INK {
                dots.push((dx, dy, w, h));
            }
        });
        debug_assert!(lines_max > 0, "a text of no lines is not laid out");
        for (dx, dy, w, h) in dots {
            let place = |at: usize, by: i32| at.checked_add_signed(isize::try_from(by).ok()?);
            if let (Some(px), Some(py)) = (place(x, dx), place(y, dy))
                && py < y + limit
            {
                onto.fill(px, py, w as usize, h as usize);
            }
        }
    }

    /// The width of one line of text, in dots.
    pub(crate) fn measure(&mut self, text: &str, ink: Ink, size: f32) -> f32 {
        let style = Style { size, pitch: 1.0, lines_max: 1, align: Align::Left };
        let buffer = self.buffer(&[(text, ink)], style, 100_000);
        buffer.layout_runs().map(|run| run.line_w).fold(0.0, f32::max)
    }
}

/// How a text is set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Dots of the em.
    pub(crate) size: f32,
    /// Line pitch in em; Noto Sans' natural line is 1.362.
    pub(crate) pitch: f32,
    /// Lines at most.
    pub(crate) lines_max: usize,
    /// Where its lines stand.
    pub(crate) align: Align,
}

/// Where lines stand in their box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Align {
    #[default]
    Left,
    Centre,
    Right,
}

/// Text that knows its height.
pub(crate) struct Laid {
    lines: usize,
    buffer: Buffer,
    style: Style,
}

impl Laid {
    /// Dots down.
    pub(crate) fn height(&self) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a few hundred dots, never negative"
        )]
        let height = (self.lines as f32 * self.style.size * self.style.pitch).ceil() as usize;
        height
    }
}

#[expect(clippy::cast_precision_loss, reason = "a slip is a few hundred dots wide")]
fn dots(n: usize) -> f32 {
    n as f32
}

/// Draws a QR code with its quiet zone at (x, y), in whole dots a module and at most `side` dots
/// wide; its actual side, or nothing when the text does not fit a code of that size.
pub(crate) fn qr(onto: &mut Bitmap, text: &str, x: usize, y: usize, side: usize) -> Option<usize> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let modules = usize::try_from(code.size() + 2 * QUIET).ok()?;
    let module = side / modules;
    if module < 3 {
        return None;
    }
    for my in 0..modules {
        for mx in 0..modules {
            let at = |m: usize| i32::try_from(m).unwrap_or_default() - QUIET;
            if code.get_module(at(mx), at(my)) {
                onto.fill(x + mx * module, y + my * module, module, module);
            }
        }
    }
    Some(modules * module)
}
