//! One connection to the server, spoken with from threads that may wait.
//!
//! The queue's programs have one thread that owns the store and waits for it. The library of the
//! server is asynchronous, so the connection lives on a thread with a small runtime of its own:
//! questions go there in a channel, and what the server says unasked (somebody has committed) is
//! kept for whoever waits for news. A dropped wire ends the connection, and with it the counter it
//! held.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_postgres::{AsyncMessage, Client};

use super::Address;
use super::trouble::trouble;
use crate::Error;

/// How many times as long whole centres and pages of them may take.
const LONG: u32 = 20;

type Job = Box<dyn FnOnce(Arc<Client>) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

enum Order {
    Ask(Job),
    /// Nobody answers any more: the connection is given up.
    End,
}

#[derive(Debug)]
pub(crate) struct Wire {
    orders: UnboundedSender<Order>,
    pub(crate) stirred: Arc<Stirred>,
    answer: Duration,
}

/// What the server said unasked.
#[derive(Debug, Default)]
pub(crate) struct Stirred {
    state: Mutex<Stir>,
    told: Condvar,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stir {
    /// How often somebody has committed.
    pub(crate) count: u64,
    /// The connection has ended.
    pub(crate) closed: bool,
}

impl Stirred {
    /// No code runs under this lock that could leave it half changed.
    fn lock(&self) -> MutexGuard<'_, Stir> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> Stir {
        *self.lock()
    }

    fn stir(&self) {
        self.lock().count += 1;
        self.told.notify_all();
    }

    fn close(&self) {
        self.lock().closed = true;
        self.told.notify_all();
    }

    /// Waits until somebody has committed since `seen`, at most so long.
    pub(crate) fn wait(&self, seen: u64, timeout: Duration) -> u64 {
        let nothing = |stir: &mut Stir| stir.count == seen;
        let waited = self.told.wait_timeout_while(self.lock(), timeout, nothing);
        waited.unwrap_or_else(PoisonError::into_inner).0.count
    }
}

impl Wire {
    pub(crate) fn connect(address: &Address) -> Result<Self, Error> {
        let (orders, inbox) = unbounded_channel();
        let (told, connected) = sync_channel(1);
        let stirred = Arc::<Stirred>::default();
        let (limit, answer) = (address.connect() + address.answer(), address.answer());
        let (address, heard) = (address.clone(), Arc::clone(&stirred));
        let thread = std::thread::Builder::new().name("postgres".into());
        let cannot = |error: std::io::Error| Error::Unreachable { detail: error.to_string() };
        thread.spawn(move || speak(&address, inbox, &told, heard)).map_err(cannot)?;
        match connected.recv_timeout(limit) {
            Ok(Ok(())) => Ok(Self { orders, stirred, answer }),
            Ok(Err(error)) => Err(error),
            Err(error) => Err(Error::Unreachable { detail: error.to_string() }),
        }
    }

    /// Asks and waits for the answer.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when none comes: what was asked may have been done all the same, and
    /// the connection is given up.
    pub(crate) fn ask<T, F>(
        &self,
        question: impl FnOnce(Arc<Client>) -> F + Send + 'static,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, tokio_postgres::Error>> + Send + 'static,
    {
        self.ask_within(self.answer, question)
    }

    /// The same for what is much.
    pub(crate) fn ask_much<T, F>(
        &self,
        question: impl FnOnce(Arc<Client>) -> F + Send + 'static,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, tokio_postgres::Error>> + Send + 'static,
    {
        self.ask_within(self.answer * LONG, question)
    }

    fn ask_within<T, F>(
        &self,
        limit: Duration,
        question: impl FnOnce(Arc<Client>) -> F + Send + 'static,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, tokio_postgres::Error>> + Send + 'static,
    {
        let (told, answer) = sync_channel(1);
        let job: Job = Box::new(move |client| {
            Box::pin(async move {
                // Whoever asked may have given up by now.
                drop(told.send(question(client).await));
            })
        });
        let away = |detail: &str| Error::Unreachable { detail: detail.to_owned() };
        self.orders.send(Order::Ask(job)).map_err(|_| away("the connection has ended"))?;
        match answer.recv_timeout(limit) {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(trouble(&error)),
            Err(RecvTimeoutError::Timeout) => {
                // Whoever else has this wire must not wait as long for nothing.
                self.stirred.close();
                drop(self.orders.send(Order::End));
                Err(away(&format!("no answer within {} s", limit.as_secs())))
            }
            Err(RecvTimeoutError::Disconnected) => Err(away("the connection has ended")),
        }
    }
}

/// The thread of a connection.
fn speak(
    address: &Address,
    mut inbox: UnboundedReceiver<Order>,
    told: &SyncSender<Result<(), Error>>,
    stirred: Arc<Stirred>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            drop(told.send(Err(Error::Unreachable { detail: error.to_string() })));
            return;
        }
    };
    runtime.block_on(async {
        let (client, mut connection) = match call(address).await {
            Ok(called) => called,
            Err(error) => {
                drop(told.send(Err(error)));
                return;
            }
        };
        let closed = Arc::clone(&stirred);
        tokio::spawn(async move {
            loop {
                match poll_fn(|context| connection.poll_message(context)).await {
                    Some(Ok(AsyncMessage::Notification(_))) => stirred.stir(),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => {
                        tracing::warn!(%error, "the connection to the server broke");
                        break;
                    }
                    None => break,
                }
            }
            stirred.close();
        });
        drop(told.send(Ok(())));
        let client = Arc::new(client);
        while let Some(Order::Ask(job)) = inbox.recv().await {
            tokio::spawn(job(Arc::clone(&client)));
        }
        // Before whoever still asks is told that nobody answers.
        closed.close();
    });
}

type Called = (
    Client,
    tokio_postgres::Connection<
        tokio_postgres::Socket,
        <tokio_postgres_rustls::MakeRustlsConnect as tokio_postgres::tls::MakeTlsConnect<
            tokio_postgres::Socket,
        >>::Stream,
    >,
);

async fn call(address: &Address) -> Result<Called, Error> {
    let answered =
        tokio::time::timeout(address.connect(), address.config().connect(address.tls()?)).await;
    match answered {
        Ok(Ok(called)) => Ok(called),
        Ok(Err(error)) => Err(trouble(&error)),
        Err(_) => Err(Error::Unreachable { detail: "the server does not answer".into() }),
    }
}
