//! The frame a window stands in: full screen, a size, or a picture.

use std::cell::Cell;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use slint::platform::WindowEvent;
use slint::{
    ComponentHandle, Global, LogicalSize, PhysicalPosition, PhysicalSize, PlatformError,
    Rgba8Pixel, SharedPixelBuffer, Timer, TimerMode, Window,
};

use crate::generated::Fit;
use crate::headless::Headless;
use crate::screen;

/// The size a window was drawn at, in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Design {
    /// 1080×1920 or 1920×1080, whichever the screen is nearer to.
    Turned,
    /// 1366×768.
    Desk,
    /// 900×84, beside another program.
    Strip,
    /// 1280×800, facing the visitor of a counter.
    Sign,
}

/// Why a window could not be shown or drawn.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The display or the toolkit.
    #[error("no window can be opened: {0}; is DISPLAY or WAYLAND_DISPLAY set?")]
    Platform(#[from] PlatformError),
    /// There are not so many screens.
    #[error("there is no screen {n}; there are {there}")]
    NoScreen {
        /// The one that was asked for, from 1.
        n: u8,
        /// How many there are.
        there: usize,
    },
    /// The picture could not be written.
    #[error("{}: {source}", path.display())]
    Picture {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// How this program's window is shown.
#[derive(Clone, Debug)]
pub struct Frame {
    design: Design,
    size: Option<(u32, u32)>,
    place: Option<(i32, i32)>,
    picture: Option<PathBuf>,
    minimised: bool,
    /// A size and a place are those of a screen, all of which is taken.
    whole: bool,
    /// The window is the strip now.
    strip: Arc<AtomicBool>,
}

impl Frame {
    /// A window of `size` physical pixels, or full screen without one; with `picture` it is drawn
    /// in memory, needs no display and ends after its first full frame.
    ///
    /// Must come before the first component is made.
    ///
    /// # Errors
    /// When the toolkit finds no platform.
    pub fn open(
        design: Design,
        size: Option<(u32, u32)>,
        picture: Option<PathBuf>,
    ) -> Result<Self, FrameError> {
        if picture.is_some() {
            Headless::install()?;
        } else {
            let selector = slint::BackendSelector::new().renderer_name("software".into());
            selector.select()?;
        }
        let strip = Arc::default();
        Ok(Self { design, size, place: None, picture, minimised: false, whole: false, strip })
    }

    /// A second window of the same program, of a size at a place.
    #[must_use]
    pub fn beside(&self, design: Design, size: (u32, u32), place: (i32, i32)) -> Self {
        let (size, place) = (Some(size), Some(place));
        let (minimised, whole, strip) = (false, false, Arc::default());
        Self { design, size, place, picture: self.picture.clone(), minimised, whole, strip }
    }

    /// A second window, over the whole of the n-th screen from the left, from 1. Under Wayland the
    /// desktop chooses the screen.
    ///
    /// # Errors
    /// When there are not so many screens.
    pub fn on_screen(&self, design: Design, n: u8) -> Result<Self, FrameError> {
        let Some(screens) = screen::all() else {
            let beside = self.beside(design, (0, 0), (0, 0));
            return Ok(Self { size: None, place: None, ..beside });
        };
        let found = usize::from(n).checked_sub(1).and_then(|at| screens.get(at));
        let (size, place) = found.ok_or(FrameError::NoScreen { n, there: screens.len() })?;
        Ok(Self { whole: true, ..self.beside(design, *size, *place) })
    }

    /// How many pixels the window will have, where that is known.
    #[must_use]
    pub fn pixels(&self) -> Option<(u32, u32)> {
        self.size
    }

    /// Puts a window of a size at a place; Wayland lets no program do so and chooses itself.
    #[must_use]
    pub fn at(mut self, place: Option<(i32, i32)>) -> Self {
        self.place = place;
        self
    }

    /// Has the window begin in the taskbar.
    #[must_use]
    pub fn minimised(mut self, minimised: bool) -> Self {
        self.minimised = minimised;
        self
    }

    /// Has `keep` know where the strip stands when its window is closed, which ends the program
    /// though another window of it may be open.
    pub fn at_close<C: ComponentHandle + 'static>(
        &self,
        component: &C,
        keep: impl Fn((i32, i32)) + 'static,
    ) {
        let (weak, strip) = (component.as_weak(), Arc::clone(&self.strip));
        component.window().on_close_requested(move || {
            if let (true, Some(component)) = (strip.load(Ordering::SeqCst), weak.upgrade()) {
                let at = component.window().position();
                keep((at.x, at.y));
            }
            if let Err(error) = slint::quit_event_loop() {
                tracing::debug!(%error, "the loop has ended");
            }
            slint::CloseRequestResponse::HideWindow
        });
    }

    /// Makes the window the strip, at `place` if one is known, or what it was before; its texts keep
    /// their size. Where it stood as a strip, once it is one no more.
    pub fn strip<C: ComponentHandle>(
        &self,
        component: &C,
        on: bool,
        place: impl FnOnce() -> Option<(i32, i32)>,
    ) -> Option<(i32, i32)> {
        if self.picture.is_some() || self.strip.swap(on, Ordering::SeqCst) == on {
            return None;
        }
        let window = component.window();
        let at = window.position();
        if on {
            let (width, height) = Design::Strip.size(true);
            #[expect(clippy::cast_precision_loss, reason = "a thousand pixels")]
            let strip = LogicalSize::new(width as f32, height as f32);
            window.set_fullscreen(false);
            window.set_size(strip.to_physical(window.scale_factor()));
            if let Some((x, y)) = place() {
                window.set_position(PhysicalPosition::new(x, y));
            }
            return None;
        }
        match self.size {
            Some((width, height)) => window.set_size(PhysicalSize::new(width, height)),
            None => {
                if let Some(size) = screen::size() {
                    window.set_size(size);
                }
                window.set_fullscreen(true);
            }
        }
        if let Some(corner) = self.corner() {
            window.set_position(corner);
        }
        Some((at.x, at.y))
    }

    /// Shows the component's window in this frame and runs until it is closed.
    ///
    /// # Errors
    /// When the window cannot be shown.
    pub fn run<C: ComponentHandle + 'static>(&self, component: &C) -> Result<(), FrameError> {
        self.open_window(component)?;
        slint::run_event_loop()?;
        Ok(())
    }

    /// Shows the component's window in this frame; it lives as long as the program runs.
    ///
    /// # Errors
    /// When the window cannot be shown.
    pub fn open_window<C: ComponentHandle + 'static>(
        &self,
        component: &C,
    ) -> Result<(), FrameError> {
        let window = component.window();
        if self.picture.is_some() {
            let (width, height) = self.size.unwrap_or(self.design.size(true));
            let size = PhysicalSize::new(width, height);
            self.design.fit(window, size);
            window.set_size(size);
        } else if let Some((width, height)) = self.size {
            window.set_size(PhysicalSize::new(width, height));
        } else {
            if let Some(size) = screen::size() {
                window.set_size(size);
            }
            window.set_fullscreen(true);
        }
        let corner = self.corner().filter(|_| self.picture.is_none());
        // Asked before it is shown, a window manager opens it there instead of moving it.
        if let Some(corner) = corner {
            window.set_position(corner);
        }
        component.show()?;
        if let Some(corner) = corner {
            window.set_position(corner);
        }
        if self.picture.is_none() {
            self.fit(window);
            // The window is made when the loop runs, and a manager hears no wish before that.
            if let (true, Some((width, height)), Some(corner)) = (self.whole, self.size, corner) {
                let size = PhysicalSize::new(width, height);
                insist(component, move |window| fill(window, corner, size));
            }
            if self.minimised {
                insist(component, |window| {
                    window.set_minimized(true);
                    window.is_minimized()
                });
            }
        }
        Ok(())
    }

    /// The whole screen begins at its corner, also where nobody manages windows; a window without a
    /// place is left to the desktop.
    fn corner(&self) -> Option<PhysicalPosition> {
        let place = if self.size.is_none() { Some((0, 0)) } else { self.place };
        place.map(|(x, y)| PhysicalPosition::new(x, y))
    }

    /// Keeps the design scaled to the window, whatever size it gets.
    pub fn follow<C: ComponentHandle + 'static>(&self, component: &C)
    where
        for<'a> Fit<'a>: Global<'a, C>,
    {
        let (weak, frame) = (component.as_weak(), self.clone());
        component.global::<Fit>().set_landscape(self.landscape());
        component.global::<Fit>().on_resized(move || {
            let frame = frame.clone();
            // Not at once: a frame that is being drawn would go on in the old scale and keep its
            // texts in it.
            let later = weak.upgrade_in_event_loop(move |component| {
                let size = component.window().size();
                component.global::<Fit>().set_landscape(size.width > size.height);
                frame.fit(component.window());
            });
            if later.is_err() {
                tracing::debug!("the window is closed");
            }
        });
    }

    /// Scales the design to the window's size.
    fn fit(&self, window: &Window) {
        let strip = self.strip.load(Ordering::SeqCst);
        let design = if strip { Design::Strip } else { self.design };
        design.fit(window, window.size());
    }

    /// Called with the first complete view: draws the picture, if one was asked for, and ends.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn complete<C: ComponentHandle>(&self, component: &C) -> Result<(), FrameError> {
        let Some(path) = &self.picture else { return Ok(()) };
        let pixels = component.window().take_snapshot()?;
        write(path, &pixels)?;
        slint::quit_event_loop().map_err(|error| PlatformError::Other(error.to_string()))?;
        Ok(())
    }

    /// The size the picture or window was asked to have.
    #[must_use]
    pub fn landscape(&self) -> bool {
        self.size.is_none_or(|(width, height)| width > height)
    }
}

impl Design {
    /// Scales this design to `size`, as large as it fits.
    pub fn fit(self, window: &Window, size: PhysicalSize) {
        if size.width == 0 || size.height == 0 {
            return;
        }
        let (width, height) = self.size(size.width > size.height);
        let ratio = |actual: u32, drawn: u32| f64::from(actual) / f64::from(drawn);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a factor near 1 loses nothing that shows"
        )]
        let scale_factor = ratio(size.width, width).min(ratio(size.height, height)) as f32;
        if (window.scale_factor() - scale_factor).abs() > 0.001 {
            window.dispatch_event(WindowEvent::ScaleFactorChanged { scale_factor });
        }
        let logical: LogicalSize = size.to_logical(scale_factor);
        window.dispatch_event(WindowEvent::Resized { size: logical });
    }

    fn size(self, landscape: bool) -> (u32, u32) {
        match (self, landscape) {
            (Self::Turned, true) => (1920, 1080),
            (Self::Turned, false) => (1080, 1920),
            (Self::Desk, _) => (1366, 768),
            (Self::Strip, _) => (900, 84),
            (Self::Sign, _) => (1280, 800),
        }
    }
}

/// Does it again and again until it has come true, for three seconds at most.
fn insist<C: ComponentHandle + 'static>(component: &C, wish: impl Fn(&Window) -> bool + 'static) {
    let (weak, timer) = (component.as_weak(), Rc::new(Timer::default()));
    let (kept, left) = (Rc::clone(&timer), Cell::new(20));
    timer.start(TimerMode::Repeated, Duration::from_millis(150), move || {
        let done = weak.upgrade().is_none_or(|component| wish(component.window()));
        left.set(left.get() - 1);
        if done || left.get() == 0 {
            kept.stop();
        }
    });
}

/// Has the window fill the screen at this corner. A manager fills the screen on which the window stands,
/// so it must stand there first.
fn fill(window: &Window, corner: PhysicalPosition, size: PhysicalSize) -> bool {
    let there = window.position() == corner && window.size() == size;
    match (window.is_fullscreen(), there) {
        (true, true) => return true,
        (true, false) => window.set_fullscreen(false),
        (false, _) => {}
    }
    window.set_position(corner);
    window.set_fullscreen(true);
    false
}

fn write(path: &Path, pixels: &SharedPixelBuffer<Rgba8Pixel>) -> Result<(), FrameError> {
    let picture = |source| FrameError::Picture { path: path.to_owned(), source };
    let file = File::create(path).map_err(picture)?;
    let mut encoder = png::Encoder::new(BufWriter::new(file), pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let written = encoder.write_header().and_then(|mut w| w.write_image_data(pixels.as_bytes()));
    written.map_err(|error| picture(std::io::Error::other(error)))
}
