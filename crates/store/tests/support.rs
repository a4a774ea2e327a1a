//! A world in a test: one store in a folder of its own, and a clock that the test moves.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use queue::{
    Action, CounterStep, Number, PersonKey, Refusal, Service, Site, Ticket, Timestamp, Wish,
};
use store::{ActError, Done, Store, StoreUrl};
use tempfile::TempDir;
use uuid::Uuid;
use xtask::cluster::Cluster;

/// Monday 23 November 2026, 08:00 in Yên Bái.
pub(crate) const START: Timestamp = Timestamp(1_795_395_600_000);
pub(crate) const DAY: i64 = 24 * 3_600_000;
pub(crate) const HOUR: i64 = 3_600_000;
pub(crate) const SECOND: i64 = 1_000;

pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) store: Store,
    pub(crate) now: Timestamp,
}

pub(crate) fn site() -> Site {
    toml::from_str(include_str!("../../../config/yenbai/site.toml")).unwrap()
}

/// The sample centre, changed.
pub(crate) fn site_with(change: impl FnOnce(&mut Site)) -> Site {
    let mut site = site();
    change(&mut site);
    assert_eq!(site.check(), Ok(()));
    site
}

pub(crate) fn service<'a>(site: &'a mut Site, id: &str) -> &'a mut Service {
    site.services.iter_mut().find(|service| service.id.as_str() == id).unwrap()
}

/// A folder in memory where the machine has one: these tests prove rules, not disks, and a sync
/// costs more than all else they do.
pub(crate) fn folder() -> TempDir {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

/// A ballast that is there is not laid down, which in memory takes longer than a morning's work.
pub(crate) fn without_ballast(folder: &TempDir) {
    std::fs::write(folder.path().join("queue.ballast"), "").unwrap();
}

/// Names a PostgreSQL server on which the tests are to run, `postgres://LOGIN:PASSWORD@HOST:PORT`.
pub(crate) const SERVER: &str = "LUOT_TEST_SERVER";

/// The databases that were made so far.
static MADE: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// The place of a test's store: a file in its folder, or a database of its own on the server.
pub(crate) fn url(folder: &TempDir) -> StoreUrl {
    if let Ok(server) = std::env::var(SERVER) {
        let name = folder.path().file_name().unwrap().to_str().unwrap().replace('.', "t_");

        let url = format!("{server}/{name}");
        if MADE.lock().unwrap().insert(name.clone()) {
            Cluster::sql_as(&format!("{server}/postgres"), &format!("CREATE DATABASE \"{name}\""))
                .unwrap();
        }
        return url.parse().unwrap();
    }
    format!("sqlite:{}", folder.path().join("queue.db").display()).parse().unwrap()
}

impl World {
    pub(crate) fn new() -> Self {
        Self::of(&site())
    }

    pub(crate) fn with(change: impl FnOnce(&mut Site)) -> Self {
        Self::of(&site_with(change))
    }

    pub(crate) fn of(site: &Site) -> Self {
        let folder = folder();
        let store = Store::create(&url(&folder), site, START).unwrap();
        Self { folder, store, now: START }
    }

    pub(crate) fn act(&mut self, action: &Action) -> Result<Done, ActError> {
        self.now = self.now.plus_ms(SECOND);
        self.store.act(Uuid::now_v7(), action, self.now)
    }

    /// The ticket an action that must work answers with.
    pub(crate) fn ticket(&mut self, action: &Action) -> Ticket {
        self.act(action).unwrap().ticket.unwrap()
    }

    pub(crate) fn refused(&mut self, action: &Action) -> Refusal {
        let before = self.store.last_seq().unwrap();
        match self.act(action) {
            Err(ActError::Refused(refusal)) => {
                assert_eq!(self.store.last_seq().unwrap(), before, "a refusal changes nothing");
                refusal
            }
            other => panic!("{other:?}"),
        }
    }

    /// The refusal's word.
    pub(crate) fn no(&mut self, action: &Action) -> &'static str {
        self.refused(action).code()
    }

    pub(crate) fn issue(&mut self, class: &str) -> Ticket {
        self.ticket(&issue("stnmt", class))
    }

    pub(crate) fn call_next(&mut self) -> Ticket {
        self.ticket(&call_next("10"))
    }

    pub(crate) fn step(&mut self, step: CounterStep) -> Ticket {
        self.ticket(&at("10", step))
    }

    /// A ticket of today as it stands.
    pub(crate) fn now_of(&mut self, number: &Number) -> Ticket {
        let day = self.store.board(self.now).unwrap().day;
        self.store.ticket(day, number).unwrap().unwrap()
    }

    /// The last call in the feed.
    pub(crate) fn last_call(&mut self) -> i64 {
        let events = self.store.feed(0, usize::MAX).unwrap();
        events.iter().rev().find(|event| event.is_call()).unwrap().seq
    }

    /// Nothing that the store can check about itself is out of order.
    pub(crate) fn in_order(&mut self) {
        assert_eq!(self.store.check().unwrap(), []);
    }
}

pub(crate) fn issue(service: &str, class: &str) -> Action {
    let wish = Wish { class: Some(class.into()), ..Wish::default() };
    Action::Issue { service: service.into(), wish }
}

pub(crate) fn issue_to(service: &str, person: &PersonKey) -> Action {
    let wish = Wish { person: Some(person.clone()), ..Wish::default() };
    Action::Issue { service: service.into(), wish }
}

/// A number with services to come.
pub(crate) fn journey(service: &str, then: &[&str]) -> Action {
    let then = then.iter().map(|next| (*next).into()).collect();
    Action::Issue { service: service.into(), wish: Wish { then, ..Wish::default() } }
}

pub(crate) fn call_next(counter: &str) -> Action {
    Action::CallNext { counter: counter.into() }
}

pub(crate) fn at(counter: &str, step: CounterStep) -> Action {
    Action::AtCounter { counter: counter.into(), step }
}

pub(crate) fn undo(counter: &str) -> Action {
    Action::Undo { counter: counter.into() }
}

pub(crate) fn direct(counter: &str, service: &str) -> Action {
    Action::Direct { counter: counter.into(), service: service.into() }
}

/// Starts this test program again as one test of it, which works on a store and is to be killed, and
/// waits until it says that it is ready. `env` tells it the store.
pub(crate) fn child(test: &str, env: &str, address: &StoreUrl) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(env, address.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(said.by_ref().map(Result::unwrap).any(|line| line == "ready"));
    // Whatever it says from here on is read by nobody, and little enough for the pipe.
    std::mem::forget(said);
    child
}
