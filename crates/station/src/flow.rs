//! A screen is a small machine: inputs and time go in, effects and a view come out.
//!
//! The flows are pure, so a morning of three screens is a test without a window, a printer or a
//! second of waiting. [`run`] gives a flow its life: a thread with a small runtime that waits for
//! whatever comes first, an input or the flow's next deadline.

use std::collections::HashMap;
use std::thread::JoinHandle;
use std::time::Duration;

use queue::wait::Experience;
use queue::{Action, BusinessDay, CounterId, Event, OfficerId, Site};
use store::StoreUrl;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::desk::{Answer, Desk, News, Pulse, Trouble};
use crate::pin::Pin;
use crate::scan::Id;
use crate::{Clock, Now};

/// How many inputs may wait for a flow; a screen that is so far behind drops touches.
const INPUTS_MAX: usize = 1_024;

/// What a flow hears.
#[derive(Debug)]
pub enum Input<Touch, Device, Tag> {
    /// A person pressed something.
    Touch(Touch),
    /// A device said something.
    Device(Device),
    /// The day as a whole.
    Board {
        /// The centre.
        site: Box<Site>,
        /// The day.
        board: Box<queue::Board>,
        /// The last events up to the board.
        tail: Vec<Event>,
        /// What the centre has learned of its waits.
        experience: Box<Experience>,
    },
    /// The counters that hold a visitor and do not answer.
    Quiet(Vec<CounterId>),
    /// Another program has this program's counter by now.
    ClaimLost(CounterId),
    /// What happened.
    Events(Vec<Event>),
    /// The store is away.
    Away(Trouble),
    /// The answer to an earlier request.
    Answer {
        /// The flow's own name for the request.
        tag: Tag,
        /// What became of it.
        answer: Answer,
    },
    /// The deadline has come.
    Tick,
}

/// What a flow wants done.
#[derive(Debug, PartialEq, Eq)]
pub enum Effect<Tag, Order> {
    /// An action on the queue.
    Act {
        /// Comes back with the answer.
        tag: Tag,
        /// The action.
        action: Action,
    },
    /// A counter of one's own.
    Claim {
        /// Comes back with the answer.
        tag: Tag,
        /// The counter.
        counter: CounterId,
    },
    /// A counter that another program has, with whoever is there.
    Take {
        /// Comes back with the answer.
        tag: Tag,
        /// The counter.
        counter: CounterId,
        /// Who goes on there.
        officer: Option<OfficerId>,
    },
    /// The day's key of whoever has this id, see [`store::Store::person`].
    Know {
        /// Comes back with the answer.
        tag: Tag,
        /// The id.
        id: Id,
    },
    /// All that has happened on a day.
    Day {
        /// Comes back with the answer.
        tag: Tag,
        /// The day.
        day: BusinessDay,
    },
    /// Is it this officer's PIN? Every try is on record.
    SignIn {
        /// Comes back with the answer.
        tag: Tag,
        /// Who.
        who: OfficerId,
        /// Where.
        counter: CounterId,
        /// What was typed.
        pin: Pin,
    },
    /// The claimed counter is given back.
    Release,
    /// Something the face's hands do: print, say.
    Order(Order),
}

/// What the flow `F` hears.
pub type InputOf<F> = Input<<F as Flow>::Touch, <F as Flow>::Device, <F as Flow>::Tag>;
/// What the flow `F` wants done.
pub type EffectOf<F> = Effect<<F as Flow>::Tag, <F as Flow>::Order>;

/// One screen's logic, without window, device or clock.
pub trait Flow: Send + 'static {
    /// What a person can press.
    type Touch: Send + std::fmt::Debug;
    /// What the face's devices report.
    type Device: Send + std::fmt::Debug;
    /// What the face's devices are told.
    type Order: Send + std::fmt::Debug + PartialEq + Eq;
    /// The flow's name for a request in flight.
    type Tag: Send + Clone + std::fmt::Debug + PartialEq + Eq;
    /// Everything the window shows, as plain data.
    type View: Send + Clone + PartialEq + std::fmt::Debug;

    /// Takes one input.
    fn step(&mut self, input: InputOf<Self>, now: Now) -> Vec<EffectOf<Self>>;
    /// What the window shows now.
    fn view(&self, now: Now) -> Self::View;
    /// When to tick next, on [`Now::up_ms`]; nothing when only inputs change the view.
    fn deadline(&self, now: Now) -> Option<i64>;
}

/// The handle of a running flow; dropping it ends the flow and its desk.
#[derive(Debug)]
pub struct Running<F: Flow> {
    inputs: Option<Inputs<F>>,
    thread: Option<JoinHandle<()>>,
}

/// Where touches and device reports go in; clones share the flow.
pub struct Inputs<F: Flow>(mpsc::Sender<Outside<F>>);

impl<F: Flow> Clone for Inputs<F> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<F: Flow> std::fmt::Debug for Inputs<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Inputs")
    }
}

enum Outside<F: Flow> {
    Touch(F::Touch),
    Device(F::Device),
    News(News),
    Pulse(Pulse),
    Stop,
}

impl<F: Flow> Inputs<F> {
    /// A person pressed something. Never blocks.
    pub fn touch(&self, touch: F::Touch) {
        self.put(Outside::Touch(touch));
    }

    /// A device said something. Never blocks.
    pub fn device(&self, report: F::Device) {
        self.put(Outside::Device(report));
    }

    /// Does this once the flow and its desk have come to it: see [`crate::watchdog`]. Never blocks.
    pub fn pulse(&self, pulse: impl FnOnce() + Send + 'static) {
        self.put(Outside::Pulse(Box::new(pulse)));
    }

    fn put(&self, input: Outside<F>) {
        if self.0.try_send(input).is_err() {
            tracing::warn!("the screen's flow is not listening");
        }
    }
}

impl<F: Flow> Running<F> {
    /// Where inputs go.
    #[must_use]
    pub fn inputs(&self) -> Inputs<F> {
        // Taken only by drop.
        self.inputs.clone().unwrap_or_else(|| Inputs(mpsc::channel(1).0))
    }
}

impl<F: Flow> Drop for Running<F> {
    fn drop(&mut self) {
        // This one must arrive, however many touches wait before it.
        if let Some(inputs) = self.inputs.take()
            && inputs.0.blocking_send(Outside::Stop).is_err()
        {
            tracing::debug!("the screen's flow has ended");
        }
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the screen's flow panicked");
        }
    }
}

/// What runs a flow: the store's address, the time, and where views and orders go.
pub struct Stage<F: Flow> {
    /// The store.
    pub url: StoreUrl,
    /// The time.
    pub clock: Clock,
    /// Called with every new view, on the flow's thread.
    pub show: Box<dyn FnMut(F::View) + Send>,
    /// Called with every order, on the flow's thread; must not block.
    pub order: Box<dyn FnMut(F::Order) + Send>,
}

impl<F: Flow> std::fmt::Debug for Stage<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stage").field("url", &self.url).finish_non_exhaustive()
    }
}

/// Runs a flow on its own thread, with a desk of its own.
///
/// # Errors
/// When the operating system gives no thread or no timer.
pub fn run<F: Flow>(flow: F, stage: Stage<F>) -> std::io::Result<Running<F>> {
    let (inputs, inbox) = mpsc::channel(INPUTS_MAX);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let news = inputs.clone();
    let desk = Desk::start(stage.url.clone(), stage.clock.clone(), move |said| {
        if news.blocking_send(Outside::News(said)).is_err() {
            tracing::debug!("the flow has ended");
        }
    })?;
    let thread = std::thread::Builder::new().name("flow".into()).spawn(move || {
        let mut runner = Runner { flow, stage, desk, tags: HashMap::new(), shown: None };
        runtime.block_on(runner.life(inbox));
    })?;
    Ok(Running { inputs: Some(Inputs(inputs)), thread: Some(thread) })
}

struct Runner<F: Flow> {
    flow: F,
    stage: Stage<F>,
    desk: Desk,
    tags: HashMap<Uuid, F::Tag>,
    shown: Option<F::View>,
}

impl<F: Flow> Runner<F> {
    async fn life(&mut self, mut inbox: mpsc::Receiver<Outside<F>>) {
        loop {
            self.show();
            let now = self.stage.clock.now();
            let wait = self
                .flow
                .deadline(now)
                .map(|at| Duration::from_millis(u64::try_from(at - now.up_ms).unwrap_or_default()));
            let next = match wait {
                Some(wait) => tokio::time::timeout(wait, inbox.recv()).await,
                None => Ok(inbox.recv().await),
            };
            let input = match next {
                Err(_) => Some(Input::Tick),
                Ok(None | Some(Outside::Stop)) => {
                    // The desk's thread must not be joined while it waits for this inbox.
                    inbox.close();
                    return;
                }
                Ok(Some(Outside::Touch(touch))) => Some(Input::Touch(touch)),
                Ok(Some(Outside::Device(report))) => Some(Input::Device(report)),
                Ok(Some(Outside::News(news))) => self.understand(news),
                Ok(Some(Outside::Pulse(pulse))) => {
                    self.desk.pulse(pulse);
                    None
                }
            };
            if let Some(input) = input {
                self.step(input);
            }
        }
    }

    fn understand(&mut self, news: News) -> Option<InputOf<F>> {
        Some(match news {
            News::Board { site, board, tail, experience } => {
                Input::Board { site, board, tail, experience }
            }
            News::Quiet(counters) => Input::Quiet(counters),
            News::ClaimLost(counter) => Input::ClaimLost(counter),
            News::Events(events) => Input::Events(events),
            News::Away(trouble) => Input::Away(trouble),
            News::Answer { request, answer } => {
                let tag = self.tags.remove(&request)?;
                Input::Answer { tag, answer }
            }
        })
    }

    fn step(&mut self, input: InputOf<F>) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            for effect in self.flow.step(input, self.stage.clock.now()) {
                let (tag, request, asked) = match effect {
                    Effect::Order(order) => {
                        (self.stage.order)(order);
                        continue;
                    }
                    Effect::Release => {
                        self.desk.release();
                        continue;
                    }
                    Effect::Act { tag, action } => {
                        let request = self.remember(&tag);
                        (tag, request, self.desk.act(request, action))
                    }
                    Effect::Claim { tag, counter } => {
                        let request = self.remember(&tag);
                        (tag, request, self.desk.claim(request, counter))
                    }
                    Effect::Take { tag, counter, officer } => {
                        let request = self.remember(&tag);
                        (tag, request, self.desk.take(request, counter, officer))
                    }
                    Effect::SignIn { tag, who, counter, pin } => {
                        let request = self.remember(&tag);
                        (tag, request, self.desk.sign_in(request, who, counter, pin))
                    }
                    Effect::Know { tag, id } => {
                        let request = self.remember(&tag);
                        (tag, request, self.desk.know(request, id))
                    }
                    Effect::Day { tag, day } => {
                        let request = self.remember(&tag);
                        (tag, request, self.desk.day(request, day))
                    }
                };
                if !asked {
                    self.tags.remove(&request);
                    inputs.push(Input::Answer { tag, answer: Answer::Failed(overwhelmed()) });
                }
            }
        }
    }

    fn remember(&mut self, tag: &F::Tag) -> Uuid {
        // UUIDv7: made by the program that takes the press, appended in order to the store's index.
        let request = Uuid::now_v7();
        self.tags.insert(request, tag.clone());
        request
    }

    fn show(&mut self) {
        let view = self.flow.view(self.stage.clock.now());
        if self.shown.as_ref() != Some(&view) {
            (self.stage.show)(view.clone());
            self.shown = Some(view);
        }
    }
}

fn overwhelmed() -> Trouble {
    Trouble {
        vi: "Máy đang bận, xin bấm lại.".into(),
        en: "The machine is busy; please press again.".into(),
    }
}

#[cfg(test)]
mod tests;
