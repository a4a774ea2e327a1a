//! The slip, laid out by its description.
//!
//! The first block, down to the frame, is what is torn off and kept in the hand, so it stands
//! alone: whose slip, which number, where to go. No greys and no large black areas: they wear the
//! head and print slowly.

mod plan;

use queue::Slip;

use crate::Bitmap;
use crate::paint::{Align, Ink, Pen, Span, Style, qr};
use crate::profile::Profile;

pub use plan::SlipLayout;
use plan::{Arrange, Block, Show, Size, Sizes};

/// The paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Width {
    /// 80 mm paper.
    Mm80,
    /// 58 mm paper.
    Mm58,
}

impl Width {
    /// Dots across of the usual head, which the layout's sizes are meant for.
    #[must_use]
    pub fn dots(self) -> usize {
        match self {
            Self::Mm80 => 576,
            Self::Mm58 => 384,
        }
    }
}

/// Paper before a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paper {
    /// Its width.
    pub width: Width,
    /// Dots across that the head prints.
    pub dots: usize,
    /// Dots an inch.
    pub dpi: u32,
}

impl Paper {
    /// Before the usual head of 203 dpi.
    #[must_use]
    pub fn usual(width: Width) -> Self {
        Self { width, dots: width.dots(), dpi: 203 }
    }

    /// In a printer of this kind.
    #[must_use]
    pub fn of(profile: &Profile, width: Width) -> Self {
        Self { width, dots: profile.dots(width), dpi: profile.dpi }
    }

    /// So many millimetres in dots, rounded up.
    fn mm(self, mm: f32) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "a few hundred dots an inch")]
        let dpi = self.dpi as f32;
        (mm * dpi / 25.4).ceil()
    }
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
    layout: &'a SlipLayout,
    page: Bitmap,
    sizes: Sizes,
    paper: Paper,
    /// Dots of this head for one of the usual.
    scale: f32,
    y: usize,
    /// A rule that is drawn when something follows it.
    ruled: bool,
}

/// Room for the longest slip; cut to what was used.
const HEIGHT_MAX: usize = 4_000;
/// No number is lower, millimetres: it is read across a hall.
const NUMBER_MM_MIN: f32 = 15.0;
/// Noto Sans: capitals and figures are 0.714 em high and stand 0.355 em below the top of the line
/// box; its natural line is 1.362 em.
const CAPITAL: f32 = 0.714;
const ABOVE: f32 = 0.355;
const LINE: f32 = 1.362;

impl Painter {
    /// Draws a slip.
    #[must_use]
    pub fn draw(&mut self, slip: &Slip, layout: &SlipLayout, paper: Paper) -> Bitmap {
        let page = Bitmap::new(paper.dots, HEIGHT_MAX);
        #[expect(clippy::cast_precision_loss, reason = "a few hundred dots")]
        let scale = paper.dots as f32 / paper.width.dots() as f32;
        let sizes = layout.sizes(paper.width).scaled(scale);
        let pen = &mut self.pen;
        let mut sheet = Sheet { pen, layout, page, sizes, paper, scale, y: 8, ruled: false };
        for block in &layout.blocks {
            sheet.block(block, slip);
        }
        let height = sheet.y + 8;
        let mut page = sheet.page;
        page.resize(height);
        page
    }
}

/// A label in the block's weight and its value in bold, or the other way round.
fn pair<'a>(label: &'a str, value: &'a str, bold_label: bool) -> [Span<'a>; 2] {
    let (first, second) =
        if bold_label { (Ink::Bold, Ink::Regular) } else { (Ink::Regular, Ink::Bold) };
    [(label, first), (value, second)]
}

impl Sheet<'_> {
    fn inner(&self) -> usize {
        self.page.width().saturating_sub(2 * self.sizes.margin)
    }

    /// Dots of this head for so many of the usual one.
    fn dots(&self, usual: usize) -> usize {
        #[expect(clippy::cast_precision_loss, reason = "a few hundred dots")]
        let usual = usual as f32;
        whole(usual * self.scale)
    }

    fn block(&mut self, block: &Block, slip: &Slip) {
        let ink = if block.bold { Ink::Bold } else { Ink::Regular };
        let style = self.style(block);
        let one = |text: &str| [(text.to_owned(), ink)];
        match block.show {
            Show::Rule => self.ruled = true,
            Show::Logo => self.logo(block),
            Show::Authority => self.text(block, &one(&slip.authority), style),
            Show::Centre => self.text(block, &one(&slip.centre.to_uppercase()), style),
            Show::Title => self.text(block, &one(&slip.title), style),
            Show::Procedure => self.text(block, &one(&slip.procedure), style),
            Show::Free => self.text(block, &one(&slip.foot_bold), style),
            Show::Last => self.text(block, &one(&slip.last), style),
            Show::Text => self.text(block, &one(&block.text), style),
            Show::Foot => {
                for line in &slip.foot {
                    self.text(block, &one(line), style);
                }
            }
            Show::Service => {
                let style = Style { size: style.size + 2.0 * self.scale, ..style };
                self.labelled(block, Some(&slip.service), false, style);
            }
            Show::Issued => self.labelled(block, Some(&slip.issued), false, style),
            Show::Code => self.labelled(block, slip.code.as_ref(), false, style),
            Show::Prepare => self.labelled(block, slip.prepare.as_ref(), true, style),
            Show::CopyMark => self.copy_mark(block, slip),
            Show::Number => self.number(block, &slip.number),
            Show::Place => self.place(block, slip),
            Show::Wait => self.wait(block, slip),
            Show::Follow => self.follow(block, slip),
        }
    }

    /// Lines in capitals or in large letters keep the natural pitch: their upper marks need it.
    fn style(&self, block: &Block) -> Style {
        let (size, pitch) = match block.size {
            Size::Body => (self.sizes.body, 1.26),
            Size::Title => (self.sizes.title, 1.27),
            Size::Place => (self.sizes.place, 1.16),
            Size::Zone => (self.sizes.zone, 1.24),
            Size::Value => (self.sizes.value, 1.2),
        };
        Style { size, pitch, lines_max: block.lines, align: block.align }
    }

    /// Before anything is drawn: its distance, and a rule that waited for it.
    fn begin(&mut self, block: &Block) {
        if std::mem::take(&mut self.ruled) {
            self.y += 12;
            let (x, width) = (self.sizes.margin, self.inner());
            self.page.fill(x, self.y, width, 3);
            self.y += 15;
        }
        self.y += self.dots(block.before);
    }

    /// A paragraph across the slip; an empty one takes no room.
    fn text(&mut self, block: &Block, spans: &[(String, Ink)], style: Style) {
        if spans.iter().all(|(text, _)| text.trim().is_empty()) {
            return;
        }
        self.begin(block);
        let (x, width) = (self.sizes.margin, self.inner());
        let spans: Vec<Span<'_>> = spans.iter().map(|(text, ink)| (text.as_str(), *ink)).collect();
        let narrow =
            if style.align == Align::Centre { self.balanced(&spans, style, width) } else { width };
        self.text_at(&spans, style, x + (width - narrow) / 2, narrow);
    }

    /// The narrowest box in which centred lines are no more than in the whole width: about equally
    /// long, as a title is set.
    fn balanced(&mut self, spans: &[Span<'_>], style: Style, width: usize) -> usize {
        let lines = self.pen.lines(spans, style, width);
        if !(2..=style.lines_max).contains(&lines) {
            return width;
        }
        let step = (width / 20).max(1);
        let narrower = (1..19).map(|steps| width - steps * step);
        let fits = narrower.take_while(|narrow| self.pen.lines(spans, style, *narrow) == lines);
        fits.last().unwrap_or(width)
    }

    fn text_at(&mut self, spans: &[Span<'_>], style: Style, x: usize, width: usize) {
        if spans.iter().all(|(text, _)| text.is_empty()) {
            return;
        }
        let mut laid = self.pen.lay(spans, style, width);
        self.pen.draw(&mut self.page, &mut laid, x, self.y);
        self.y += laid.height();
    }

    fn labelled(
        &mut self,
        block: &Block,
        fact: Option<&(String, String)>,
        bold_label: bool,
        style: Style,
    ) {
        let Some((label, value)) =
            fact.filter(|(label, value)| !(label.is_empty() && value.is_empty()))
        else {
            return;
        };
        let label = format!("{label} ");
        let spans = pair(&label, value, bold_label).map(|(text, ink)| (text.to_owned(), ink));
        self.text(block, &spans, style);
    }

    fn logo(&mut self, block: &Block) {
        let Some(logo) = &self.layout.logo else { return };
        let high = whole(self.paper.mm(self.sizes.logo_mm));
        let wide = (logo.width() * high / logo.height().max(1)).clamp(8, self.inner().max(8));
        let drawn = logo.scaled(wide, high);
        self.begin(block);
        let x = self.page.width().saturating_sub(wide) / 2;
        self.page.stamp(&drawn, x, self.y);
        self.y += high + 8;
    }

    fn copy_mark(&mut self, block: &Block, slip: &Slip) {
        let Some(mark) = &slip.copy_mark else { return };
        self.begin(block);
        let style =
            Style { size: self.sizes.title, pitch: 1.27, lines_max: 1, align: Align::Centre };
        self.framed(4, |sheet| {
            let (x, width) = (sheet.sizes.margin, sheet.inner());
            sheet.text_at(&[(mark, Ink::Bold)], style, x, width);
        });
    }

    /// The number as large as the description and the paper allow, its figures' box and not its
    /// line box in the way. Where even the least height is too wide it is made narrower, never
    /// lower.
    fn number(&mut self, block: &Block, number: &str) {
        self.begin(block);
        let least = self.paper.mm(NUMBER_MM_MIN) / CAPITAL;
        let wanted = (self.paper.mm(self.sizes.number_mm) / CAPITAL).max(least);
        let full = self.pen.measure(number, Ink::Bold, wanted);
        #[expect(clippy::cast_precision_loss, reason = "a slip is a few hundred dots wide")]
        let inner = self.inner() as f32 - 8.0;
        let size = if full > inner { (wanted * inner / full).max(least) } else { wanted };
        let (above, high) = (whole(size * ABOVE), whole(size * CAPITAL));
        self.y += 20;
        if self.pen.measure(number, Ink::Bold, size) > inner + 1.0 {
            self.narrow(number, size, whole(inner));
        } else {
            let style = Style { size, pitch: LINE, lines_max: 1, align: Align::Centre };
            let (x, width) = (self.sizes.margin / 2, self.page.width() - self.sizes.margin);
            let mut laid = self.pen.lay(&[(number, Ink::Bold)], style, width);
            let top = self.y.saturating_sub(above);
            self.pen.draw(&mut self.page, &mut laid, x, top);
        }
        self.y += high + 30;
    }

    /// A number pressed together to `width`: drawn twice as large, so that its edges stay smooth.
    fn narrow(&mut self, number: &str, size: f32, width: usize) {
        let style = Style { size: 2.0 * size, pitch: LINE, lines_max: 1, align: Align::Left };
        let natural = self.pen.measure(number, Ink::Bold, style.size).ceil();
        let wide = whole(natural) + 8;
        let mut laid = self.pen.lay(&[(number, Ink::Bold)], style, wide);
        let mut large = Bitmap::new(wide, laid.height());
        self.pen.draw(&mut large, &mut laid, 0, 0);
        let small = large.scaled(width, laid.height() / 2);
        let x = self.page.width().saturating_sub(width) / 2;
        let top = self.y.saturating_sub(whole(size * ABOVE));
        self.page.stamp(&small, x, top);
    }

    fn place(&mut self, block: &Block, slip: &Slip) {
        if slip.place.is_empty() && slip.zone.is_empty() {
            return;
        }
        self.begin(block);
        let sizes = self.sizes;
        let centred = |size, pitch| Style { size, pitch, lines_max: 2, align: Align::Centre };
        self.framed(8, |sheet| {
            let (x, width) = (sizes.margin, sheet.inner());
            sheet.text_at(&[(&slip.place, Ink::Bold)], centred(sizes.place, 1.16), x, width);
            sheet.text_at(&[(&slip.zone, Ink::Bold)], centred(sizes.zone, 1.24), x, width);
        });
    }

    /// A frame of 4 dots with round corners around what `inside` draws.
    fn framed(&mut self, padding: usize, inside: impl FnOnce(&mut Self)) {
        let top = self.y;
        self.y += 4 + padding;
        inside(self);
        self.y += 4 + padding + 4;
        let (left, bottom) = (self.sizes.margin, self.y);
        let width = self.inner();
        frame(&mut self.page, left, top, width, bottom - top);
        self.y += 4;
    }

    /// People ahead, and beside it or below the expected turn where there is one.
    fn wait(&mut self, block: &Block, slip: &Slip) {
        if slip.ahead.1.is_empty() && slip.estimate.is_none() {
            return;
        }
        self.begin(block);
        let body = Style { size: self.sizes.body, pitch: 1.26, lines_max: 1, align: Align::Left };
        let value = Style { size: self.sizes.value, pitch: 1.2, lines_max: 1, align: Align::Left };
        let (top, left, inner) = (self.y, self.sizes.margin, self.inner());
        let both = [Some(&slip.ahead), slip.estimate.as_ref()];
        let mut bottom = top;
        for (index, (label, text)) in both.into_iter().flatten().enumerate() {
            match self.sizes.wait {
                Arrange::Beside => {
                    self.y = top;
                    let x = left + index * inner / 2;
                    self.text_at(&[(label, Ink::Regular)], body, x, inner / 2);
                    self.text_at(&[(text, Ink::Bold)], value, x, inner / 2);
                }
                Arrange::Below => self.row(label, text, body, value),
            }
            bottom = bottom.max(self.y);
        }
        self.y = bottom;
    }

    /// A small label at the left and its value at the right, on one base line.
    fn row(&mut self, label: &str, text: &str, body: Style, value: Style) {
        let (top, left, inner) = (self.y, self.sizes.margin, self.inner());
        let wide = whole(self.pen.measure(text, Ink::Bold, value.size).ceil()) + 4;
        let right = Style { align: Align::Right, ..value };
        self.text_at(&[(text, Ink::Bold)], right, left, inner);
        let bottom = self.y;
        let down = whole((value.size * value.pitch - body.size * body.pitch) * 0.66);
        self.y = top + down;
        self.text_at(&[(label, Ink::Regular)], body, left, inner.saturating_sub(wide + 8));
        self.y = bottom;
    }

    /// The code, and beside or below it what it is for.
    fn follow(&mut self, block: &Block, slip: &Slip) {
        let Some(target) = &slip.qr else { return };
        self.begin(block);
        let most = whole(self.paper.mm(self.sizes.code_mm));
        let top = self.y + 8;
        let below = self.sizes.follow == Arrange::Below;
        // Whole dots a module: the side is known when it is drawn, so it is drawn aside first.
        let mut code = Bitmap::new(most, most);
        let Some(side) = qr(&mut code, target, 0, 0, most) else {
            tracing::warn!("the slip's address is too long for a code of this paper");
            return;
        };
        let x = if below {
            self.page.width().saturating_sub(side) / 2
        } else {
            self.sizes.margin.saturating_sub(8)
        };
        self.page.stamp(&code, x, top);
        let style = Style { size: self.sizes.body, pitch: 1.26, lines_max: 5, align: Align::Left };
        if below {
            self.y = top + side;
            let (x, width) = (self.sizes.margin, self.inner());
            let centred = Style { align: Align::Centre, lines_max: 2, ..style };
            self.text_at(&[(&slip.qr_words.0, Ink::Bold)], centred, x, width);
            return;
        }
        self.y = top + 30;
        let text_x = x + side + 4;
        let width = self.page.width().saturating_sub(text_x + self.sizes.margin);
        self.text_at(&[(&slip.qr_words.0, Ink::Bold)], style, text_x, width);
        self.text_at(&[(&slip.qr_words.1, Ink::Regular)], style, text_x, width);
        self.y = self.y.max(top + side);
    }
}

/// A frame of 4 dots with corners of 14.
fn frame(page: &mut Bitmap, x: usize, y: usize, width: usize, height: usize) {
    const LINE: usize = 4;
    const ROUND: usize = 14;
    let (wide, high) = (width.saturating_sub(2 * ROUND), height.saturating_sub(2 * ROUND));
    page.fill(x + ROUND, y, wide, LINE);
    page.fill(x + ROUND, y + height.saturating_sub(LINE), wide, LINE);
    page.fill(x, y + ROUND, LINE, high);
    page.fill(x + width.saturating_sub(LINE), y + ROUND, LINE, high);
    // A corner is the ring between two quarter circles, in half dots to hit the middle of a dot.
    let (outer, inner) = (2 * ROUND, 2 * (ROUND - LINE));
    for dy in 0..ROUND {
        for dx in 0..ROUND {
            let (cx, cy) = (2 * (ROUND - dx) - 1, 2 * (ROUND - dy) - 1);
            let distance = cx * cx + cy * cy;
            if (inner * inner..=outer * outer).contains(&distance) {
                for px in [x + dx, (x + width).saturating_sub(1 + dx)] {
                    for py in [y + dy, (y + height).saturating_sub(1 + dy)] {
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

#[cfg(test)]
mod tests;
