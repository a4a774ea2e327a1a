//! The virtual printer's window: the last slip, as large as fits.

use anyhow::{Result, bail};
use x11rb::connection::{Connection, RequestConnection};
use x11rb::properties::{WmSizeHints, WmSizeHintsSpecification};
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt as _, CreateGCAux, CreateWindowAux, EventMask, Gcontext, ImageFormat,
    PropMode, Screen as Root, Window, WindowClass,
};
use x11rb::wrapper::ConnectionExt as _;

use crate::raster::Paper;
use crate::screen::{Area, Screen};

/// What the window is called.
pub const TITLE: &str = "Máy in ảo – phiếu vừa in";
/// Around the paper.
const MARGIN: usize = 10;
const TABLE: u8 = 0x9A;
const WHITE: u8 = 0xFF;

/// A plain X window with the last slip.
pub(crate) struct PaperWindow {
    screen: Screen,
    window: Window,
    gc: Gcontext,
    goodbye: u32,
    size: (u16, u16),
    paper: Paper,
}

impl PaperWindow {
    /// Opens the window, without a slip as yet.
    pub(crate) fn open(screen: Screen, at: Area) -> Result<Self> {
        let root = screen.root()?;
        let deep = screen.wire.setup().pixmap_formats.iter();
        if !deep.clone().any(|f| f.depth == root.root_depth && f.bits_per_pixel == 32) {
            bail!("the display has no pixels of 32 bits");
        }
        let (window, gc) = (screen.wire.generate_id()?, screen.wire.generate_id()?);
        let size = (u16::try_from(at.width)?, u16::try_from(at.height)?);
        let events = EventMask::EXPOSURE | EventMask::STRUCTURE_NOTIFY;
        screen.wire.create_window(
            x11rb::COPY_DEPTH_FROM_PARENT,
            window,
            root.root,
            i16::try_from(at.x)?,
            i16::try_from(at.y)?,
            size.0,
            size.1,
            0,
            WindowClass::INPUT_OUTPUT,
            x11rb::COPY_FROM_PARENT,
            &CreateWindowAux::new().event_mask(events),
        )?;
        screen.wire.create_gc(gc, window, &CreateGCAux::new())?;
        let goodbye = screen.atom("WM_DELETE_WINDOW")?;
        describe(&screen, window, goodbye, at)?;
        screen.wire.map_window(window)?;
        screen.wire.flush()?;
        Ok(Self { screen, window, gc, goodbye, size, paper: Paper::default() })
    }

    /// Shows a new slip.
    pub(crate) fn show(&mut self, paper: Paper) -> Result<()> {
        self.paper = paper;
        self.draw()
    }

    /// Does what the display asked for meanwhile; false when the window was closed.
    pub(crate) fn serve(&mut self) -> Result<bool> {
        let mut draw = false;
        while let Some(event) = self.screen.wire.poll_for_event()? {
            #[expect(clippy::wildcard_enum_match_arm, reason = "X has a hundred events")]
            match event {
                Event::Expose(_) => draw = true,
                Event::ConfigureNotify(now) => {
                    draw |= self.size != (now.width, now.height);
                    self.size = (now.width, now.height);
                }
                Event::ClientMessage(said) if said.data.as_data32()[0] == self.goodbye => {
                    self.screen.wire.destroy_window(self.window)?;
                    self.screen.wire.flush()?;
                    return Ok(false);
                }
                _ => {}
            }
        }
        if draw {
            self.draw()?;
        }
        Ok(true)
    }

    fn draw(&self) -> Result<()> {
        let root = self.screen.root()?;
        let greys = scaled(&self.paper, self.size);
        let pixel = pixels(&self.screen, root);
        let data: Vec<u8> = greys.iter().flat_map(|grey| pixel[usize::from(*grey)]).collect();
        // A request has a largest size; a picture may need several.
        let row = usize::from(self.size.0) * 4;
        let rows = self.screen.wire.maximum_request_bytes().saturating_sub(64) / row.max(1);
        let mut top = 0;
        for part in data.chunks(row * rows.max(1)) {
            let height = u16::try_from(part.len() / row)?;
            self.screen.wire.put_image(
                ImageFormat::Z_PIXMAP,
                self.window,
                self.gc,
                self.size.0,
                height,
                0,
                top,
                0,
                root.root_depth,
                part,
            )?;
            top += i16::try_from(height)?;
        }
        Ok(self.screen.wire.flush()?)
    }
}

/// Names the window, asks to be told when it is closed, and insists on its place.
fn describe(screen: &Screen, window: Window, goodbye: u32, at: Area) -> Result<()> {
    let (wire, replace) = (&screen.wire, PropMode::REPLACE);
    let text = screen.atom("UTF8_STRING")?;
    wire.change_property8(replace, window, screen.atom("_NET_WM_NAME")?, text, TITLE.as_bytes())?;
    let (name, class) = (AtomEnum::WM_NAME, AtomEnum::WM_CLASS);
    wire.change_property8(replace, window, name, text, TITLE.as_bytes())?;
    let class_text = b"luot-printer\0luot-printer\0";
    wire.change_property8(replace, window, class, AtomEnum::STRING, class_text)?;
    let protocols = screen.atom("WM_PROTOCOLS")?;
    wire.change_property32(replace, window, protocols, AtomEnum::ATOM, &[goodbye])?;
    let mut hints = WmSizeHints::new();
    let (width, height) = (i32::try_from(at.width)?, i32::try_from(at.height)?);
    hints.position = Some((WmSizeHintsSpecification::UserSpecified, at.x, at.y));
    hints.size = Some((WmSizeHintsSpecification::UserSpecified, width, height));
    hints.set_normal_hints(wire, window)?;
    Ok(())
}

/// The bytes of each grey in the screen's way of colours.
fn pixels(screen: &Screen, root: &Root) -> Vec<[u8; 4]> {
    let visuals = root.allowed_depths.iter().flat_map(|depth| &depth.visuals);
    let masks = visuals
        .into_iter()
        .find(|visual| visual.visual_id == root.root_visual)
        .map_or([0x00FF_0000, 0xFF00, 0xFF], |v| [v.red_mask, v.green_mask, v.blue_mask]);
    let little =
        screen.wire.setup().image_byte_order == x11rb::protocol::xproto::ImageOrder::LSB_FIRST;
    let pixel = |grey: u32| {
        let part = |mask: u32| {
            let top = mask.checked_shr(mask.trailing_zeros()).unwrap_or_default();
            (grey * top / 255).checked_shl(mask.trailing_zeros()).unwrap_or_default()
        };
        let all = masks.into_iter().map(part).fold(0, |all, part| all | part);
        if little { all.to_le_bytes() } else { all.to_be_bytes() }
    };
    (0..=255).map(pixel).collect()
}

/// The slip in shades of grey on a window of a size, each point the mean of the dots under it.
fn scaled(paper: &Paper, size: (u16, u16)) -> Vec<u8> {
    let (width, height) = (usize::from(size.0), usize::from(size.1));
    let mut greys = vec![TABLE; width * height];
    let (dots, rows) = (paper.width * 8, paper.rows.len());
    let (room, tall) = (width.saturating_sub(2 * MARGIN), height.saturating_sub(2 * MARGIN));
    if dots == 0 || rows == 0 || room == 0 || tall == 0 {
        return greys;
    }
    // Never larger than printed: dots blown up are not what paper looks like.
    let (wide, high) = if room * rows <= tall * dots {
        (room.min(dots), (room.min(dots) * rows / dots).max(1))
    } else {
        ((tall.min(rows) * dots / rows).max(1), tall.min(rows))
    };
    let left = (width - wide) / 2;
    for y in 0..high {
        let down = y * rows / high..((y + 1) * rows / high).max(y * rows / high + 1);
        for x in 0..wide {
            let across = x * dots / wide..((x + 1) * dots / wide).max(x * dots / wide + 1);
            let under = down.clone().flat_map(|row| across.clone().map(move |dot| (row, dot)));
            let all = down.len() * across.len();
            let black = under.filter(|(row, dot)| paper.black(*row, *dot)).count();
            let dark = u8::try_from(black * usize::from(WHITE) / all).unwrap_or(WHITE);
            greys[(MARGIN + y) * width + left + x] = WHITE - dark;
        }
    }
    greys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_scaled_to_its_window_and_stays_itself() {
        // Black on the left half, white on the right.
        let paper = Paper { width: 72, rows: vec![[[0xFF; 36], [0; 36]].concat(); 800] };
        for size in [(1, 1), (60, 40), (300, 900), (2_000, 300), (2_000, 2_000)] {
            let greys = scaled(&paper, size);
            assert_eq!(greys.len(), usize::from(size.0) * usize::from(size.1));
            let count = |grey| greys.iter().filter(|g| **g == grey).count();
            let (black, white) = (count(0), count(WHITE));
            assert!(black.abs_diff(white) <= 900, "{size:?}: {black} black, {white} white");
            assert_eq!(black > 0, size.0 > 20, "{size:?}");
        }
        assert!(scaled(&Paper::default(), (50, 50)).iter().all(|grey| *grey == TABLE));
    }
}
