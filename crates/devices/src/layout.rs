//! The slip, laid out.
//!
//! The first block, down to the frame, is what is torn off and kept in the hand, so it stands
//! alone: whose slip, which number, where to go. No greys and no large black areas: they wear the
//! head and print slowly. Sizes in dots at 203 dpi.

use queue::Slip;

use crate::Bitmap;
use crate::paint::{Ink, Pen, Span, Style, qr};

/// The paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Width {
    /// 80 mm paper, 576 dots.
    Mm80,
    /// 58 mm paper, 384 dots.
    Mm58,
}

impl Width {
    /// Dots across.
    #[must_use]
    pub fn dots(self) -> usize {
        match self {
            Self::Mm80 => 576,
            Self::Mm58 => 384,
        }
    }

    fn sizes(self) -> Sizes {
        match self {
            Self::Mm80 => Sizes {
                margin: 18,
                number: 206.0,
                title: 31.0,
                place: 58.0,
                zone: 31.0,
                value: 40.0,
                body: 26.0,
                code: 240,
            },
            Self::Mm58 => Sizes {
                margin: 10,
                number: 142.0,
                title: 24.0,
                place: 42.0,
                zone: 23.0,
                value: 32.0,
                body: 22.0,
                code: 200,
            },
        }
    }
}

#[derive(Clone, Copy)]
struct Sizes {
    margin: usize,
    number: f32,
    title: f32,
    place: f32,
    zone: f32,
    value: f32,
    body: f32,
    code: usize,
}

/// Draws slips; keeps its fonts warm between them.
pub struct Painter {
    pen: Pen,
}

impl std::fmt::Debug for Painter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Painter")
    }
}

impl Default for Painter {
    fn default() -> Self {
        Self { pen: Pen::new() }
    }
}

/// The picture while it grows downwards.
struct Sheet<'a> {
    pen: &'a mut Pen,
    page: Bitmap,
    sizes: Sizes,
    y: usize,
}

/// Room for the longest slip; cut to what was used.
const HEIGHT_MAX: usize = 3_000;

impl Painter {
    /// Draws a slip.
    #[must_use]
    pub fn draw(&mut self, slip: &Slip, width: Width) -> Bitmap {
        let page = Bitmap::new(width.dots(), HEIGHT_MAX);
        let mut sheet = Sheet { pen: &mut self.pen, page, sizes: width.sizes(), y: 8 };
        sheet.head(slip);
        sheet.facts(slip);
        sheet.follow(slip);
        sheet.foot(slip);
        let height = sheet.y + 8;
        let mut page = sheet.page;
        page.resize(height);
        page
    }
}

impl Sheet<'_> {
    fn inner(&self) -> usize {
        self.page.width() - 2 * self.sizes.margin
    }

    /// A paragraph across the slip.
    fn text(&mut self, spans: &[Span<'_>], style: Style) {
        let (x, width) = (self.sizes.margin, self.inner());
        self.text_at(spans, style, x, width);
    }

    fn text_at(&mut self, spans: &[Span<'_>], style: Style, x: usize, width: usize) {
        if spans.iter().all(|(text, _)| text.is_empty()) {
            return;
        }
        let mut laid = self.pen.lay(spans, style, width);
        self.pen.draw(&mut self.page, &mut laid, x, self.y);
        self.y += laid.height();
    }

    fn rule(&mut self) {
        self.y += 12;
        let (x, width) = (self.sizes.margin, self.inner());
        self.page.fill(x, self.y, width, 3);
        self.y += 15;
    }

    fn body(&self, lines_max: usize) -> Style {
        Style { size: self.sizes.body, pitch: 1.26, lines_max, centred: false }
    }

    fn head(&mut self, slip: &Slip) {
        let sizes = self.sizes;
        let centred = |size, pitch, lines_max| Style { size, pitch, lines_max, centred: true };
        self.text(&[(&slip.authority, Ink::Regular)], centred(sizes.body, 1.3, 2));
        let centre = slip.centre.to_uppercase();
        // Lines in capitals keep the natural pitch: their upper marks need the room.
        self.text(&[(&centre, Ink::Bold)], centred(sizes.title, 1.27, 3));
        self.rule();
        self.text(&[(&slip.title, Ink::Bold)], centred(sizes.title, 1.27, 1));
        if let Some(mark) = &slip.copy_mark {
            self.y += 10;
            self.framed(4, |sheet| {
                sheet.text(&[(mark, Ink::Bold)], centred(sizes.title, 1.27, 1));
            });
        }
        self.number(&slip.number);
        self.framed(8, |sheet| {
            sheet.text(&[(&slip.place, Ink::Bold)], centred(sizes.place, 1.16, 2));
            sheet.text(&[(&slip.zone, Ink::Bold)], centred(sizes.zone, 1.24, 2));
        });
        self.y += 18;
    }

    /// The number as large as the paper allows, its figures' box and not its line box in the way.
    fn number(&mut self, number: &str) {
        let full = self.pen.measure(number, Ink::Bold, self.sizes.number);
        #[expect(clippy::cast_precision_loss, reason = "a slip is a few hundred dots wide")]
        let inner = self.inner() as f32 - 8.0;
        let size = if full > inner { self.sizes.number * inner / full } else { self.sizes.number };
        // Noto Sans: capitals are 0.714 em high and stand 0.355 em below the top of the line box.
        let (above, high) = (whole(size * 0.355), whole(size * 0.714));
        self.y += 20;
        let style = Style { size, pitch: 1.362, lines_max: 1, centred: true };
        let (x, width) = (self.sizes.margin / 2, self.page.width() - self.sizes.margin);
        let mut laid = self.pen.lay(&[(number, Ink::Bold)], style, width);
        let top = self.y.saturating_sub(above);
        self.pen.draw(&mut self.page, &mut laid, x, top);
        self.y += high + 30;
    }

    /// A frame of 4 dots with round corners around what `inside` draws.
    fn framed(&mut self, padding: usize, inside: impl FnOnce(&mut Self)) {
        let top = self.y;
        self.y += 4 + padding;
        inside(self);
        self.y += 4 + padding + 4;
        let (left, right, bottom) =
            (self.sizes.margin, self.page.width() - self.sizes.margin, self.y);
        frame(&mut self.page, left, top, right - left, bottom - top);
        self.y += 4;
    }

    fn facts(&mut self, slip: &Slip) {
        let sizes = self.sizes;
        let (label, value) = (&slip.service.0, &slip.service.1);
        let label = format!("{label} ");
        let spans = [(label.as_str(), Ink::Regular), (value.as_str(), Ink::Bold)];
        self.text(&spans, Style { size: sizes.body + 2.0, ..self.body(2) });
        self.text(&[(&slip.procedure, Ink::Regular)], self.body(3));
        self.rule();
        self.pair(slip);
        let label = format!("{} ", slip.issued.0);
        self.y += 4;
        self.text(&[(&label, Ink::Regular), (&slip.issued.1, Ink::Bold)], self.body(1));
        self.rule();
        if let Some((label, papers)) = &slip.prepare {
            let label = format!("{label} ");
            self.text(&[(&label, Ink::Bold), (papers, Ink::Regular)], self.body(3));
        }
    }

    /// People ahead, and beside it, or below on narrow paper, the expected turn where there is one.
    fn pair(&mut self, slip: &Slip) {
        if self.page.width() < Width::Mm80.dots() {
            for (label, text) in std::iter::once(&slip.ahead).chain(slip.estimate.as_ref()) {
                let label = format!("{label}: ");
                self.text(&[(&label, Ink::Regular), (text, Ink::Bold)], self.body(2));
            }
            return;
        }
        let (top, half) = (self.y, self.inner() / 2);
        let value = Style { size: self.sizes.value, pitch: 1.2, lines_max: 1, centred: false };
        let left = self.sizes.margin;
        let mut bottom = top;
        let right = slip.estimate.as_ref();
        for (pair, x) in [(Some(&slip.ahead), left), (right, left + half)] {
            let Some((label, text)) = pair else { continue };
            self.y = top;
            self.text_at(&[(label, Ink::Regular)], self.body(1), x, half);
            self.text_at(&[(text, Ink::Bold)], value, x, half);
            bottom = bottom.max(self.y);
        }
        self.y = bottom;
    }

    /// The code, and beside it what it is for.
    fn follow(&mut self, slip: &Slip) {
        let Some(target) = &slip.qr else { return };
        let (x, top) = (self.sizes.margin, self.y + 8);
        let Some(side) = qr(&mut self.page, target, x.saturating_sub(8), top, self.sizes.code)
        else {
            tracing::warn!("the slip's address is too long for a code of this paper");
            return;
        };
        self.y = top + 30;
        let text_x = x + side + 4;
        let width = self.page.width().saturating_sub(text_x + self.sizes.margin);
        self.text_at(&[(&slip.qr_words.0, Ink::Bold)], self.body(4), text_x, width);
        self.text_at(&[(&slip.qr_words.1, Ink::Regular)], self.body(5), text_x, width);
        self.y = self.y.max(top + side);
        self.rule();
    }

    fn foot(&mut self, slip: &Slip) {
        if slip.qr.is_none() && slip.prepare.is_some() {
            self.rule();
        }
        for line in &slip.foot {
            self.text(&[(line, Ink::Regular)], self.body(3));
        }
        self.y += 6;
        self.text(&[(&slip.foot_bold, Ink::Bold)], self.body(3));
        self.y += 6;
        self.text(&[(&slip.last, Ink::Regular)], self.body(4));
    }
}

/// A frame of 4 dots with corners of 14.
fn frame(page: &mut Bitmap, x: usize, y: usize, width: usize, height: usize) {
    const LINE: usize = 4;
    const ROUND: usize = 14;
    page.fill(x + ROUND, y, width - 2 * ROUND, LINE);
    page.fill(x + ROUND, y + height - LINE, width - 2 * ROUND, LINE);
    page.fill(x, y + ROUND, LINE, height - 2 * ROUND);
    page.fill(x + width - LINE, y + ROUND, LINE, height - 2 * ROUND);
    // A corner is the ring between two quarter circles, in half dots to hit the middle of a dot.
    let (outer, inner) = (2 * ROUND, 2 * (ROUND - LINE));
    for dy in 0..ROUND {
        for dx in 0..ROUND {
            let (cx, cy) = (2 * (ROUND - dx) - 1, 2 * (ROUND - dy) - 1);
            let distance = cx * cx + cy * cy;
            if (inner * inner..=outer * outer).contains(&distance) {
                for px in [x + dx, x + width - 1 - dx] {
                    for py in [y + dy, y + height - 1 - dy] {
                        page.set(px, py);
                    }
                }
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred dots")]
fn whole(dots: f32) -> usize {
    dots.round().max(0.0) as usize
}
