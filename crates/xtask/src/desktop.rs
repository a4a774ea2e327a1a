//! A desktop of its own: a display with a window manager, as on an officer's computer.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, anyhow};
use x11rb::protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, Window};
use x11rb::rust_connection::RustConnection;

use crate::screen::Area;
use crate::stage::{Display, Running, Stage, wait};

/// A display with a window manager.
#[derive(Debug)]
pub struct Desktop {
    display: Display,
    _manager: Running,
}

/// A window as its manager has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Managed {
    /// Its title.
    pub title: String,
    /// Where its own area lies, without the manager's frame.
    pub area: Area,
    /// `_NET_WM_STATE_ABOVE`, `_NET_WM_STATE_HIDDEN`, `_NET_WM_STATE_FULLSCREEN` …
    pub states: Vec<String>,
    window: Window,
}

impl Managed {
    /// Whether the manager keeps it in this state, e.g. `ABOVE`.
    #[must_use]
    pub fn is(&self, state: &str) -> bool {
        self.states.iter().any(|known| known.strip_prefix("_NET_WM_STATE_") == Some(state))
    }
}

impl Desktop {
    /// Opens a desktop of this size.
    ///
    /// # Errors
    /// When a system package is missing; `cargo xtask setup` installs them.
    pub fn open(stage: &Stage, width: u32, height: u32) -> Result<Self> {
        let display = stage.display(width, height)?;
        let mut manager = stage.command(Path::new("openbox"), &display);
        let manager = Running::start(manager.stdout(Stdio::null()).stderr(Stdio::null()))?;
        let desktop = Self { display, _manager: manager };
        wait("the window manager", || {
            let (wire, root) = desktop.display.open().ok()?;
            let check = numbers(&wire, root, "_NET_SUPPORTING_WM_CHECK").ok()?;
            (!check.is_empty()).then_some(())
        })?;
        Ok(desktop)
    }

    /// A command that will show itself here.
    #[must_use]
    pub fn command(&self, stage: &Stage, program: &Path) -> Command {
        stage.command(program, &self.display)
    }

    /// The windows that the manager has, the uppermost last.
    ///
    /// # Errors
    /// When the display fails or a window goes away meanwhile.
    pub fn windows(&self) -> Result<Vec<Managed>> {
        let (wire, root) = self.display.open()?;
        let mut windows = Vec::new();
        for window in numbers(&wire, root, "_NET_CLIENT_LIST_STACKING")? {
            let size = wire.get_geometry(window)?.reply()?;
            let at = wire.translate_coordinates(window, root, 0, 0)?.reply()?;
            let mut states = Vec::new();
            for state in numbers(&wire, window, "_NET_WM_STATE")? {
                states.push(String::from_utf8(wire.get_atom_name(state)?.reply()?.name)?);
            }
            let name = wire.intern_atom(false, b"_NET_WM_NAME")?.reply()?.atom;
            let title = wire.get_property(false, window, name, AtomEnum::ANY, 0, 256)?.reply()?;
            let (width, height) = (size.width.into(), size.height.into());
            let area = Area { x: at.dst_x.into(), y: at.dst_y.into(), width, height };
            windows.push(Managed { title: String::from_utf8(title.value)?, area, states, window });
        }
        Ok(windows)
    }

    /// The one window whose title contains these words and which is as wanted, once it is there.
    ///
    /// # Errors
    /// When it does not come.
    pub fn expect(&self, title: &str, wanted: impl Fn(&Managed) -> bool) -> Result<Managed> {
        let found = wait(&format!("a window {title:?}"), || {
            let mut all = self.windows().ok()?.into_iter();
            all.find(|window| window.title.contains(title) && wanted(window))
        });
        found.map_err(|error| anyhow!("{error}; there is: {:?}", self.windows()))
    }

    /// Has the manager move a window, as a hand at its frame does.
    ///
    /// # Errors
    /// When the display fails.
    pub fn move_to(&self, window: &Managed, x: u16, y: u16) -> Result<()> {
        // Static gravity: the place is that of the window's own area; x and y are given; a pager asks.
        let flags = 10 | 1 << 8 | 1 << 9 | 2 << 12;
        let data = [flags, x.into(), y.into(), 0, 0];
        self.ask(window, "_NET_MOVERESIZE_WINDOW", data)
    }

    /// Closes a window as a click on its cross does.
    ///
    /// # Errors
    /// When the display fails.
    pub fn close(&self, window: &Managed) -> Result<()> {
        self.ask(window, "_NET_CLOSE_WINDOW", [0, 2, 0, 0, 0])
    }

    fn ask(&self, window: &Managed, what: &str, data: [u32; 5]) -> Result<()> {
        let (wire, root) = self.display.open()?;
        let kind = wire.intern_atom(false, what.as_bytes())?.reply()?.atom;
        let message = ClientMessageEvent::new(32, window.window, kind, data);
        let to = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        wire.send_event(false, root, to, message)?.check()?;
        Ok(())
    }
}

fn numbers(wire: &RustConnection, window: Window, property: &str) -> Result<Vec<u32>> {
    let name = wire.intern_atom(false, property.as_bytes())?.reply()?.atom;
    let asked = wire.get_property(false, window, name, AtomEnum::ANY, 0, 256)?.reply()?;
    Ok(asked.value32().map(Iterator::collect).unwrap_or_default())
}
