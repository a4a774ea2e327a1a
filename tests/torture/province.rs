//! A province: many centres that ship to one database at once, and the figures that are read there.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use queue::{Action, BusinessDay, CounterStep, Heard, PrintState, Site, Timestamp, Wish};
use station::config::load_site;
use store::{Shipper, Store, StoreUrl};
use uuid::Uuid;
use xtask::cluster::Cluster;

use super::hall::{OPENING, fast_folder};
use super::{Dice, figure, long};

const TODAY: BusinessDay = BusinessDay(20_261_123);
/// Threads that play the days of all centres.
const PLAYERS: usize = 4;
/// Those who still wait in the evening.
const LEFT: usize = 3;

/// A centre in a file, and what its day came to.
struct Centre {
    id: String,
    url: StoreUrl,
    events: i64,
    head: String,
}

fn commune(id: &str) -> Site {
    let mut site = load_site(&xtask::root().join("config/commune/site.toml")).unwrap();
    site.id = id.to_owned();
    site
}

/// A day with so many visits: eight events each, as the programs leave them.
fn day_of(id: &str, url: StoreUrl, visits: usize, dice: &mut Dice) -> Centre {
    let mut store = Store::create(&url, &commune(id), OPENING).unwrap();
    let mut now = OPENING;
    let act = |store: &mut Store, action: Action, now: Timestamp| {
        store.act(Uuid::now_v7(), &action, now).unwrap()
    };
    for visit in 0..visits {
        now = now.plus_ms(30_000 + i64::try_from(dice.below(60_000)).unwrap());
        let print = PrintState::Pending;
        let issue = Action::Issue {
            service: "chung-thuc".into(),
            wish: Wish { asker: queue::Asker::Staff, print, ..Wish::default() },
        };
        let ticket = act(&mut store, issue, now).ticket.unwrap().id;
        for print in [PrintState::Printing, PrintState::Printed] {
            act(&mut store, Action::Print { ticket, print, copy: false }, now);
        }
        if visit < LEFT {
            continue;
        }
        let counter = if visit % 2 == 0 { "1" } else { "2" };
        let called = act(&mut store, Action::CallNext { counter: counter.into() }, now);
        let call = called.events.last().unwrap().seq;
        for heard in [Heard::Shown, Heard::Begun, Heard::Spoken { attempt: 1 }] {
            let display = "hall".to_owned();
            act(&mut store, Action::Announce { call, display, heard }, now);
        }
        for step in [CounterStep::Start, CounterStep::finish()] {
            act(&mut store, Action::AtCounter { counter: counter.into(), step }, now);
        }
    }
    let head = store.chain_head(TODAY).unwrap().unwrap();
    Centre { id: id.to_owned(), url, events: store.last_seq().unwrap(), head: head.hash }
}

/// Sends all there is, through whatever happens to the server; the events and the errors.
fn ship(centre: &Centre, to: &StoreUrl) -> (i64, usize) {
    let (mut sent, mut lost) = (0, 0);
    let mut store = Store::open(&centre.url).unwrap();
    'anew: loop {
        let Ok(mut shipper) = Shipper::connect(to) else {
            std::thread::yield_now();
            continue;
        };
        loop {
            match shipper.ship(&mut store) {
                Ok(0) => return (sent, lost),
                Ok(more) => sent += more,
                Err(error) => {
                    assert!(error.store_is_lost(), "{error}");
                    lost += 1;
                    continue 'anew;
                }
            }
        }
    }
}

/// Issue 4: centres ship ten times a busy commune's day at once, each with its own login, through a
/// kill of the server: both sides have the same events, and the board reads its figures by an index
/// although months lie in the same table.
#[test]
fn a_province_has_every_event_of_all_its_centres() {
    let (sites, visits, before) = if long() { (100, 250, 20) } else { (5, 40, 60) };
    let folder = fast_folder();
    let cluster = Cluster::on_disk(&["max_connections=300"]).unwrap();
    let province: StoreUrl = cluster.create("province").unwrap().parse().unwrap();
    let reader: StoreUrl = Shipper::enrol_reader(&province).unwrap().parse().unwrap();
    let (next, centres) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for player in 0..PLAYERS {
            let (next, centres, folder) = (&next, &centres, folder.path());
            scope.spawn(move || {
                let mut dice = Dice::of_run(100 + u64::try_from(player).unwrap());
                loop {
                    let at = next.fetch_add(1, Ordering::SeqCst);
                    if at >= sites {
                        return;
                    }
                    let folder = folder.join(at.to_string());
                    std::fs::create_dir(&folder).unwrap();
                    std::fs::write(folder.join("queue.ballast"), "").unwrap();
                    let url = super::hall::url_in(&folder);
                    let centre = day_of(&format!("xa-{at:03}"), url, visits, &mut dice);
                    centres.lock().unwrap().push(centre);
                }
            });
        }
    });
    let centres = centres.into_inner().unwrap();
    let logins: Vec<StoreUrl> = centres
        .iter()
        .map(|centre| Shipper::enrol(&province, &centre.id).unwrap().parse().unwrap())
        .collect();
    let cluster = all_ship(cluster, &centres, &logins);
    equal(&cluster, &centres);
    months_before(&cluster, before);
    read(&cluster, &reader, sites, visits);
}

/// All at once; the server is killed in the middle.
fn all_ship(mut cluster: Cluster, centres: &[Centre], logins: &[StoreUrl]) -> Cluster {
    let wal = |cluster: &Cluster| {
        let sql = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint";
        cluster.sql("province", sql).unwrap().parse::<i64>().unwrap()
    };
    let (start, wal_before) = (Instant::now(), wal(&cluster));
    let shipped = std::thread::scope(|scope| {
        let ships: Vec<_> = centres
            .iter()
            .zip(logins)
            .map(|(centre, login)| scope.spawn(move || ship(centre, login)))
            .collect();
        // Some have arrived by then and some not; where all have, nothing is proved by it.
        while !ships.iter().any(std::thread::ScopedJoinHandle::is_finished) {
            std::thread::park_timeout(Duration::from_millis(1));
        }
        cluster.stop(false).unwrap();
        cluster.start().unwrap();
        ships.into_iter().map(|ship| ship.join().unwrap()).collect::<Vec<_>>()
    });
    let spent = start.elapsed();
    let events: i64 = centres.iter().map(|centre| centre.events).sum();
    let lost: usize = shipped.iter().map(|(_, lost)| lost).sum();
    let rate = f64::from(u32::try_from(events).unwrap()) / spent.as_secs_f64();
    figure("province", "centres, events", format!("{}, {events}", centres.len()));
    let told = format!(
        "{:.1} s, {rate:.0} a second, server killed once ({lost} cut off)",
        spent.as_secs_f64()
    );
    figure("province", "shipped at once", told);
    let size = "SELECT pg_total_relation_size('province.event')";
    let size: i64 = cluster.sql("province", size).unwrap().parse().unwrap();
    let wal = wal(&cluster) - wal_before;
    figure(
        "province",
        "bytes an event",
        format!("{} stored, {} of log", size / events, wal / events),
    );
    cluster
}

/// Centre by centre: as many events, no gap, and the same head of the chain, in which every event is.
fn equal(cluster: &Cluster, centres: &[Centre]) {
    let sql =
        "SELECT site, count(*), min(seq), max(seq), (SELECT lower(l.hash) FROM province.live l
                 WHERE l.site = e.site ORDER BY seq DESC LIMIT 1)
               FROM province.live e GROUP BY site ORDER BY site";
    let there = cluster.sql("province", sql).unwrap();
    let mut here: Vec<String> = centres
        .iter()
        .map(|Centre { id, events, head, .. }| format!("{id}|{events}|1|{events}|{head}"))
        .collect();
    here.sort();
    assert_eq!(there, here.join("\n"));
}

/// The same day at all centres so many days before: the table gets the size of months.
fn months_before(cluster: &Cluster, days: usize) {
    let sql = format!(
        "INSERT INTO province.day SELECT site, epoch, day - n FROM province.day, generate_series(1, {days}) n;
         INSERT INTO province.event
           SELECT site, epoch, seq - n * 1000000, at - n::bigint * 86400000, day - n, kind,
             ticket_id - n * 100000, number, service, counter, data, hash
           FROM province.event, generate_series(1, {days}) n;
         VACUUM ANALYZE province.event, province.day, province.line"
    );
    for sql in sql.split(';') {
        cluster.sql("province", sql).unwrap();
    }
}

/// The board is right, and neither it nor a month's figures look at every event.
fn read(cluster: &Cluster, reader: &StoreUrl, sites: usize, visits: usize) {
    let start = Instant::now();
    let rows = Shipper::connect(reader).unwrap().board().unwrap();
    let spent = start.elapsed();
    assert_eq!(rows.len(), sites);
    for row in &rows {
        assert_eq!((row.day, row.service.as_str()), (i64::from(TODAY.0), "chung-thuc"));
        assert_eq!(row.waiting, i64::try_from(LEFT).unwrap(), "{row:?}");
        assert_eq!(row.called, i64::try_from(visits - LEFT).unwrap(), "{row:?}");
        assert!(row.median_min.is_some_and(|minutes| minutes > 0.0), "{row:?}");
    }
    let all = cluster.sql("province", "SELECT count(*) FROM province.event").unwrap();
    figure("province", "board", format!("{} ms of {all} events", spent.as_millis()));
    let one =
        "SELECT * FROM province.waits WHERE site = 'xa-001' AND day BETWEEN 20261101 AND 20261130";
    let start = Instant::now();
    cluster.sql("province", one).unwrap();
    figure("province", "a month of one centre", format!("{} ms", start.elapsed().as_millis()));
    for asked in ["SELECT * FROM province.board", one, "SELECT * FROM province.waiting"] {
        let plan = cluster.sql("province", &format!("EXPLAIN {asked}")).unwrap();
        let whole = ["Seq Scan on event", "Seq Scan on province.event"];
        assert!(!whole.iter().any(|scan| plan.contains(scan)), "{plan}");
    }
}
