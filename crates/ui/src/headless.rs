//! A platform without a display: draws into memory, for pictures of the real programs.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{
    EventLoopProxy, Platform, WindowAdapter, duration_until_next_timer_update,
    update_timers_and_animations,
};
use slint::{EventLoopError, PlatformError};

type Event = Box<dyn FnOnce() + Send>;

enum Message {
    Event(Event),
    Quit,
}

/// Keeps windows in memory and runs their event loop on the calling thread.
pub(crate) struct Headless {
    window: Rc<MinimalSoftwareWindow>,
    start: Instant,
    inbox: RefCell<Option<mpsc::Receiver<Message>>>,
    outbox: mpsc::Sender<Message>,
}

impl Headless {
    /// Becomes the platform of this process.
    pub(crate) fn install() -> Result<(), PlatformError> {
        let (outbox, inbox) = mpsc::channel();
        let headless = Self {
            window: MinimalSoftwareWindow::new(RepaintBufferType::NewBuffer),
            start: Instant::now(),
            inbox: RefCell::new(Some(inbox)),
            outbox,
        };
        slint::platform::set_platform(Box::new(headless))
            .map_err(|error| PlatformError::Other(error.to_string()))
    }
}

impl Platform for Headless {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(Rc::<MinimalSoftwareWindow>::clone(&self.window))
    }

    fn duration_since_start(&self) -> Duration {
        self.start.elapsed()
    }

    fn run_event_loop(&self) -> Result<(), PlatformError> {
        let inbox = self.inbox.borrow_mut().take();
        let inbox = inbox.ok_or_else(|| PlatformError::Other("the loop runs already".into()))?;
        loop {
            update_timers_and_animations();
            let wait = duration_until_next_timer_update().unwrap_or(Duration::from_secs(1));
            match inbox.recv_timeout(wait) {
                Ok(Message::Event(event)) => event(),
                Ok(Message::Quit) | Err(mpsc::RecvTimeoutError::Disconnected) => return Ok(()),
                Err(mpsc::RecvTimeoutError::Timeout) => {}
            }
        }
    }

    fn new_event_loop_proxy(&self) -> Option<Box<dyn EventLoopProxy>> {
        Some(Box::new(Proxy(self.outbox.clone())))
    }
}

struct Proxy(mpsc::Sender<Message>);

impl EventLoopProxy for Proxy {
    fn quit_event_loop(&self) -> Result<(), EventLoopError> {
        self.0.send(Message::Quit).map_err(|_| EventLoopError::EventLoopTerminated)
    }

    fn invoke_from_event_loop(&self, event: Event) -> Result<(), EventLoopError> {
        self.0.send(Message::Event(event)).map_err(|_| EventLoopError::EventLoopTerminated)
    }
}
