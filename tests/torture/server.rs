//! A server that falls and rises while everybody works and everybody watches.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};

use queue::{Action, Event, Number, Refusal};
use station::Clock;
use store::{ActError, Store, StoreUrl};
use uuid::Uuid;
use xtask::cluster::Cluster;

use super::hall::{SERVICES, issue, judge, ledger, next, site};
use super::{figure, long};

/// Programs that give numbers, and as many that call.
const WRITERS: usize = 3;
/// Logins that watch.
const OBSERVERS: [&str; 3] = ["hall", "web", "owner"];

/// Carries an action out whatever happens to the server, as a program's desk does: opened anew when
/// it is lost, asked again under the same request.
fn surely(
    store: &mut Option<Store>,
    url: &StoreUrl,
    action: &Action,
) -> Result<store::Done, Refusal> {
    let request = Uuid::now_v7();
    loop {
        let open = match store.take() {
            Some(open) => Ok(open),
            None => Store::open(url),
        };
        let Ok(mut open) = open else { continue };
        match open.act(request, action, Clock::system().now().wall) {
            Ok(done) => {
                *store = Some(open);
                return Ok(done);
            }
            Err(ActError::Refused(refusal)) => {
                *store = Some(open);
                return Err(refusal);
            }
            Err(ActError::Store(error)) => assert!(error.store_is_lost(), "{error}"),
        }
    }
}

/// What the writers share.
#[derive(Default)]
struct Play {
    given: AtomicUsize,
    done: AtomicBool,
}

impl Play {
    /// Gives so many numbers, and calls one for each: nobody is asked for when there may be nobody.
    fn write(&self, urls: [&StoreUrl; 2], counter: &str, numbers: usize) -> [Vec<Number>; 2] {
        let (mut kiosk, mut desk) = (None, None);
        let mut told = [Vec::new(), Vec::new()];
        for at in 0..numbers {
            let given = surely(&mut kiosk, urls[0], &issue(SERVICES[at % 2], "normal")).unwrap();
            told[0].push(given.ticket.unwrap().number);
            self.given.fetch_add(1, Ordering::SeqCst);
            let called = surely(&mut desk, urls[1], &next(counter)).unwrap();
            told[1].push(called.ticket.unwrap().number);
        }
        told
    }

    /// Every event as a hall's screen gets it, woken by the server, to the last one; and how often
    /// the server was lost meanwhile.
    fn observe(&self, url: &StoreUrl) -> (Vec<Event>, usize) {
        let (mut events, mut lost): (Vec<Event>, usize) = (Vec::new(), 0);
        loop {
            let Ok(mut store) = Store::open(url) else { continue };
            let mut news = store.news();
            loop {
                let last = self.done.load(Ordering::SeqCst);
                news.wait(Duration::from_millis(20));
                let after = events.last().map_or(0, |event| event.seq);
                match store.feed(after, usize::MAX) {
                    Ok(new) if new.is_empty() && last => return (events, lost),
                    Ok(new) => events.extend(new),
                    Err(error) => {
                        assert!(error.store_is_lost(), "{error}");
                        lost += 1;
                        break;
                    }
                }
            }
        }
    }
}

/// P2, P3, P5: kiosks, counters and screens at a server that is stopped once in order and killed
/// twice: no number twice, nobody called twice, nothing acknowledged lost; and of all events that
/// the observers are to see none is missed and none is seen twice.
#[test]
fn observers_miss_nothing_while_the_server_falls_and_rises() {
    // Three events a visit, seen by three: 10,000 in all, and in a long run by each.
    let visits = if long() { 3_600 } else { 1_140 };
    let mut cluster = Cluster::on_disk(&[]).unwrap();
    let owner: StoreUrl = cluster.create("luot").unwrap().parse().unwrap();
    let site = site();
    drop(Store::create(&owner, &site, Clock::system().now().wall).unwrap());
    let logins = Store::enrol(&owner, &site.id).unwrap();
    let url = |role: &str| -> StoreUrl {
        let login = logins.iter().find(|login| login.role == role).unwrap();
        login.address.parse().unwrap()
    };
    let (play, start) = (Play::default(), Instant::now());
    let (told, seen) = std::thread::scope(|scope| {
        let writers: Vec<ScopedJoinHandle<'_, [Vec<Number>; 2]>> = (0..WRITERS)
            .map(|at| {
                let (play, kiosk, counter) = (&play, url("kiosk"), url("counter"));
                let write =
                    move || play.write([&kiosk, &counter], &(at + 1).to_string(), visits / WRITERS);
                scope.spawn(write)
            })
            .collect();
        let observers = OBSERVERS.map(|role| {
            let (play, url) = (&play, url(role));
            scope.spawn(move || play.observe(&url))
        });
        for (quarter, in_order) in [(1, true), (2, false), (3, false)] {
            // A writer that ends so early has failed, and says so below.
            while play.given.load(Ordering::SeqCst) < visits * quarter / 4
                && !writers.iter().any(ScopedJoinHandle::is_finished)
            {
                std::thread::yield_now();
            }
            cluster.stop(in_order).unwrap();
            cluster.start().unwrap();
        }
        let told: Vec<_> = writers.into_iter().map(ScopedJoinHandle::join).collect();
        play.done.store(true, Ordering::SeqCst);
        let told: Vec<_> = told.into_iter().map(Result::unwrap).collect();
        (told, observers.map(|observer| observer.join().unwrap()))
    });
    let mut store = Store::open(&url("owner")).unwrap();
    let events = ledger(&mut store);
    for [what, ours] in [["number", "issued"], ["call", "called"]] {
        let side = usize::from(what == "call");
        let told: Vec<&Number> = told.iter().flat_map(|told| &told[side]).collect();
        assert_eq!(told.len(), visits);
        assert_eq!(told.iter().collect::<BTreeSet<_>>().len(), told.len(), "a {what} twice");
        let count = events.iter().filter(|event| event.what.kind() == ours).count();
        assert_eq!(count, told.len(), "a {what} that nobody was told of");
    }
    judge(&events, &site);
    assert_eq!(store.check().unwrap(), []);
    let (mut missed, mut twice) = (0, 0);
    for ((seen, lost), role) in seen.iter().zip(OBSERVERS) {
        let distinct: BTreeSet<i64> = seen.iter().map(|event| event.seq).collect();
        missed += events.iter().filter(|event| !distinct.contains(&event.seq)).count();
        twice += seen.len() - distinct.len();
        assert_eq!((missed, twice), (0, 0), "{role}: events missed, and seen twice");
        assert!(*seen == events, "{role}: the observer saw another day");
        assert!(*lost >= 3, "{role}: the server was lost {lost} times only");
    }
    let all = OBSERVERS.len() * events.len();
    assert!(all >= if long() { 30_000 } else { 10_000 }, "only {all} events were to be seen");
    let seconds = start.elapsed().as_secs();
    figure("server", "events, each seen by three", format!("{} in {seconds} s", events.len()));
    figure("server", "missed, twice", format!("{missed}, {twice} of {all}"));
}
