//! A stage for the real programs: a display, a bus and a screen reader's view of them.
//!
//! Nothing of ours is linked: the programs are started as they are installed and worked from
//! outside by the names that a screen reader would say.

use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, ImageFormat, MapState, Window,
};
use x11rb::rust_connection::RustConnection;
use zbus::blocking::{Connection, Proxy, connection};
use zbus::zvariant::OwnedObjectPath;

use crate::screen::Area;
use crate::signals;

/// How long a thing that must come may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A child that ends with its owner.
#[derive(Debug)]
pub struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Running {
    /// Starts a command that is killed when the value is dropped.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(command: &mut Command) -> Result<Self> {
        let child = command.spawn().with_context(|| format!("{command:?} cannot be started"))?;
        Ok(Self(child))
    }

    /// Its number in the system.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// How it ended, if it did.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.0.try_wait()?)
    }

    /// The lines it says, when its output was piped.
    ///
    /// # Errors
    /// When it was not, or was taken before.
    pub fn lines(&mut self) -> Result<Lines<BufReader<ChildStdout>>> {
        let out = self.0.stdout.take().ok_or_else(|| anyhow!("no output to read"))?;
        Ok(BufReader::new(out).lines())
    }

    /// Sends what a terminal sends for Ctrl-C.
    ///
    /// # Errors
    /// When it is gone already.
    pub fn interrupt(&self) -> Result<()> {
        self.signal("-INT")
    }

    /// Makes it hang: it is there and does nothing any more.
    ///
    /// # Errors
    /// When it is gone already.
    pub fn hang(&self) -> Result<()> {
        self.signal("-STOP")
    }

    fn signal(&self, which: &str) -> Result<()> {
        let sent = Command::new("kill").args([which, &self.0.id().to_string()]).status()?;
        if sent.success() { Ok(()) } else { bail!("nobody to signal") }
    }

    /// Kills it at once, as a power cut would.
    pub fn kill(self) {
        drop(self);
    }
}

/// A private bus with a private accessibility bus.
#[derive(Debug)]
pub struct Stage {
    address: String,
    folder: tempfile::TempDir,
    bus: Connection,
    _daemon: Running,
    _launcher: Running,
}

/// A private display of one size.
#[derive(Debug)]
pub struct Display {
    name: String,
    _server: Running,
}

impl Stage {
    /// Opens the stage.
    ///
    /// # Errors
    /// When a system package is missing; `cargo xtask setup` installs them.
    pub fn open() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut daemon = Command::new("dbus-daemon");
        daemon
            .args(["--session", "--nofork", "--print-address=1"])
            .env("XDG_RUNTIME_DIR", folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut daemon = Running::start(&mut daemon).context("run: cargo xtask setup")?;
        let address = first_line(&mut daemon)?;
        let mut launcher = Command::new("/usr/libexec/at-spi-bus-launcher");
        launcher
            .arg("--launch-immediately")
            .env("DBUS_SESSION_BUS_ADDRESS", &address)
            .env("XDG_RUNTIME_DIR", folder.path())
            .env_remove("DISPLAY")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let launcher = Running::start(&mut launcher).context("run: cargo xtask setup")?;
        let session = connection::Builder::address(address.as_str())?.build()?;
        let status = wait("the accessibility bus", || {
            let proxy =
                Proxy::new(&session, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus").ok()?;
            proxy.call::<_, _, String>("GetAddress", &()).ok()
        })?;
        // Programs expose their trees only to somebody who reads them.
        let switch = Proxy::new(&session, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Status")?;
        switch.set_property("IsEnabled", true)?;
        switch.set_property("ScreenReaderEnabled", true)?;
        let bus = connection::Builder::address(status.as_str())?.build()?;
        Ok(Self { address, folder, bus, _daemon: daemon, _launcher: launcher })
    }

    /// A display of its own for one window.
    ///
    /// # Errors
    /// When Xvfb is missing.
    pub fn display(&self, width: u32, height: u32) -> Result<Display> {
        let mut server = Command::new("Xvfb");
        server
            .args(["-displayfd", "1", "-nolisten", "tcp", "-noreset", "-screen", "0"])
            .arg(format!("{width}x{height}x24"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut server = Running::start(&mut server).context("run: cargo xtask setup")?;
        let name = format!(":{}", first_line(&mut server)?);
        Ok(Display { name, _server: server })
    }

    /// A command that will show itself on `display` and speak on this stage's bus.
    #[must_use]
    pub fn command(&self, program: &Path, display: &Display) -> Command {
        let mut command = Command::new(program);
        command
            .env("DISPLAY", &display.name)
            .env_remove("WAYLAND_DISPLAY")
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .env("XDG_RUNTIME_DIR", self.folder.path())
            .stdin(Stdio::null());
        command
    }

    /// Presses the element whose accessible name begins with `name` in the program `program`.
    ///
    /// # Errors
    /// When it does not come, or cannot be pressed; what is there instead is named.
    pub fn press(&self, program: &str, name: &str) -> Result<()> {
        let pressed = wait(&format!("{name:?} in {program}"), || {
            let node = self
                .nodes(program)
                .into_iter()
                .find(|n| n.name.starts_with(name) && n.pressable)?;
            let action = self.proxy(&node.at, "org.a11y.atspi.Action")?;
            action.call::<_, _, bool>("DoAction", &(0_i32,)).ok().filter(|done| *done)
        });
        pressed.map(drop).with_context(|| format!("there is: {:?}", self.names(program)))
    }

    /// Waits until the program `program` says something that contains `text`.
    ///
    /// # Errors
    /// When it does not come; what is said instead is named.
    pub fn expect(&self, program: &str, text: &str) -> Result<String> {
        let said = wait(&format!("{text:?} in {program}"), || {
            self.names(program).into_iter().find(|name| name.contains(text))
        });
        said.with_context(|| format!("there is: {:?}", self.names(program)))
    }

    /// Every accessible name in a program's windows.
    #[must_use]
    pub fn names(&self, program: &str) -> Vec<String> {
        self.nodes(program)
            .into_iter()
            .map(|node| node.name)
            .filter(|name| !name.is_empty())
            .collect()
    }

    fn proxy(&self, at: &Address, interface: &'static str) -> Option<Proxy<'static>> {
        Proxy::new(&self.bus, at.0.clone(), at.1.clone(), interface).ok()
    }

    fn children(&self, at: &Address) -> Vec<Address> {
        let proxy = self.proxy(at, "org.a11y.atspi.Accessible");
        let children = proxy
            .and_then(|p| p.call::<_, _, Vec<(String, OwnedObjectPath)>>("GetChildren", &()).ok());
        children.unwrap_or_default().into_iter().map(|(bus, path)| Address(bus, path)).collect()
    }

    fn nodes(&self, program: &str) -> Vec<Node> {
        let Ok(root) = OwnedObjectPath::try_from("/org/a11y/atspi/accessible/root") else {
            return Vec::new();
        };
        let registry = Address("org.a11y.atspi.Registry".to_owned(), root);
        let ours = self.children(&registry).into_iter().filter(|application| {
            self.name(application).is_some_and(|name| name.contains(program))
        });
        let mut open: Vec<Address> = ours.collect();
        let mut nodes = Vec::new();
        while let Some(at) = open.pop() {
            open.extend(self.children(&at));
            let name = self.name(&at).unwrap_or_default();
            let pressable = self
                .proxy(&at, "org.a11y.atspi.Action")
                .and_then(|action| action.get_property::<i32>("NActions").ok())
                .is_some_and(|actions| actions > 0);
            nodes.push(Node { name, at, pressable });
        }
        nodes
    }

    fn name(&self, at: &Address) -> Option<String> {
        self.proxy(at, "org.a11y.atspi.Accessible")?.get_property("Name").ok()
    }
}

#[derive(Clone)]
struct Address(String, OwnedObjectPath);

struct Node {
    name: String,
    at: Address,
    pressable: bool,
}

impl Display {
    /// What is on the display, as a PNG file.
    ///
    /// # Errors
    /// When the display or the file fails.
    pub fn picture(&self, path: &Path) -> Result<()> {
        let (display, root) = self.open()?;
        let whole = display.get_geometry(root)?.reply()?;
        let (width, height) = (u32::from(whole.width), u32::from(whole.height));
        let rgb = self.pixels(Area { x: 0, y: 0, width, height })?;
        let file = std::io::BufWriter::new(std::fs::File::create(path)?);
        let mut encoder = png::Encoder::new(file, width, height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::High);
        encoder.write_header()?.write_image_data(&rgb)?;
        Ok(())
    }

    /// What is on a part of the display: red, green, blue.
    ///
    /// # Errors
    /// When the display fails or the part is not on it.
    pub fn pixels(&self, part: Area) -> Result<Vec<u8>> {
        let (display, root) = self.open()?;
        let (x, y) = (i16::try_from(part.x)?, i16::try_from(part.y)?);
        let (width, height) = (u16::try_from(part.width)?, u16::try_from(part.height)?);
        let format = ImageFormat::Z_PIXMAP;
        let image = display.get_image(format, root, x, y, width, height, u32::MAX)?.reply()?;
        Ok(image.data.chunks_exact(4).flat_map(|bgrx| [bgrx[2], bgrx[1], bgrx[0]]).collect())
    }

    /// The title, the place and the id of each window that is shown.
    ///
    /// # Errors
    /// When the display fails or a window goes away meanwhile.
    pub fn windows(&self) -> Result<Vec<(String, Area, Window)>> {
        let (display, root) = self.open()?;
        let title = display.intern_atom(false, b"_NET_WM_NAME")?.reply()?.atom;
        let mut windows = Vec::new();
        for window in display.query_tree(root)?.reply()?.children {
            let seen = display.get_window_attributes(window)?.reply()?.map_state;
            let named =
                display.get_property(false, window, title, AtomEnum::ANY, 0, 256)?.reply()?;
            if seen != MapState::VIEWABLE || named.value.is_empty() {
                continue;
            }
            let at = display.get_geometry(window)?.reply()?;
            let (width, height) = (at.width.into(), at.height.into());
            let area = Area { x: at.x.into(), y: at.y.into(), width, height };
            windows.push((String::from_utf8(named.value)?, area, window));
        }
        Ok(windows)
    }

    /// Closes a window as a click on its cross does.
    ///
    /// # Errors
    /// When the display fails.
    pub fn close(&self, window: Window) -> Result<()> {
        let (display, _) = self.open()?;
        let atom = |name: &str| -> Result<u32> {
            Ok(display.intern_atom(false, name.as_bytes())?.reply()?.atom)
        };
        let data = [atom("WM_DELETE_WINDOW")?, 0, 0, 0, 0];
        let goodbye = ClientMessageEvent::new(32, window, atom("WM_PROTOCOLS")?, data);
        display.send_event(false, window, EventMask::NO_EVENT, goodbye)?.check()?;
        Ok(())
    }

    pub(crate) fn open(&self) -> Result<(RustConnection, Window)> {
        let (display, screen) = x11rb::connect(Some(&self.name))?;
        let root = display.setup().roots.get(screen).map(|screen| screen.root);
        Ok((display, root.ok_or_else(|| anyhow!("the display has no screen"))?))
    }
}

/// Asks again and again until there is an answer.
///
/// # Errors
/// When there is none in a minute.
pub fn wait<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> Result<T> {
    let deadline = Instant::now() + PATIENCE;
    // A channel that nobody sends to is a pause that needs no sleep.
    let (_keep, pause) = std::sync::mpsc::channel::<()>();
    loop {
        if let Some(answer) = ask() {
            return Ok(answer);
        }
        if signals::enough() {
            bail!("interrupted");
        }
        if Instant::now() >= deadline {
            bail!("{what} did not come in {} s", PATIENCE.as_secs());
        }
        if pause.recv_timeout(Duration::from_millis(50)).is_ok() {
            bail!("the pause was cut short");
        }
    }
}

pub(crate) fn first_line(child: &mut Running) -> Result<String> {
    let line = child.lines()?.next().transpose()?.unwrap_or_default();
    let line = line.trim().to_owned();
    if line.is_empty() {
        bail!("the program ended at once; run: cargo xtask setup")
    }
    Ok(line)
}
