//! Many machines at one PostgreSQL server, which is restarted and killed meanwhile.

use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use queue::{Action, Refusal, What, Wish};
use serde_json::Value;
use station::Clock;
use station::desk::{Answer, Desk, News};
use store::{ActError, Error, Store, StoreUrl};
use uuid::Uuid;
use xtask::cluster::Cluster;
use xtask::demo::Centre;
use xtask::line::Line;
use xtask::stage::{Running, Stage, wait};

/// One command line, its exit code and what it said.
pub(crate) fn luot(store: &str, args: &[&str]) -> (Option<i32>, Value) {
    let out = Command::new(crate::programs::bin().join("luot"))
        .env("LUOT_STORE", store)
        .arg("--json")
        .args(args)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let said = text.lines().last().and_then(|line| serde_json::from_str(line).ok());
    (out.status.code(), said.unwrap_or(Value::Null))
}

pub(crate) fn init(server: &str) -> Value {
    let site = xtask::root().join("config/yenbai/site.toml");
    let (code, made) = luot(server, &["init", "--site", site.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{made}");
    made["logins"].clone()
}

#[test]
fn each_login_does_its_own_and_no_more() {
    let cluster = Cluster::in_memory().unwrap();
    let server = cluster.create("luot").unwrap();
    let logins = init(&server);
    let now = Clock::system().now().wall;
    let open = |role: &str| Store::open(&logins[role].as_str().unwrap().parse().unwrap()).unwrap();
    let issue = Action::Issue { service: "stnmt".into(), wish: Wish::default() };
    let call = Action::CallNext { counter: "10".into() };
    let act = |role: &str, action: &Action| match open(role).act(Uuid::now_v7(), action, now) {
        Ok(_) => "done",
        Err(ActError::Store(Error::Forbidden { .. })) => "forbidden",
        Err(error) => panic!("{role}: {error}"),
    };
    assert_eq!(act("kiosk", &issue), "done");
    assert_eq!(act("kiosk", &call), "forbidden");
    assert_eq!(act("hall", &issue), "forbidden");
    assert_eq!(act("web", &issue), "forbidden");
    assert_eq!(act("counter", &call), "done");
    // Nobody writes past the doors, and nobody reads another centre.
    let kiosk = logins["kiosk"].as_str().unwrap();
    let denied = |sql: &str| Cluster::sql_as(kiosk, sql).unwrap_err().to_string();
    assert!(denied("UPDATE luot.leg SET rank = 0").contains("permission denied"));
    assert!(denied("DELETE FROM luot.event").contains("permission denied"));
    assert!(denied("SELECT key FROM luot.day_key").contains("permission denied"));
    let mut other = sample();
    other.id = "tranyen".into();
    Store::create(&server.parse().unwrap(), &other, now).unwrap();
    assert_eq!(Cluster::sql_as(kiosk, "SELECT count(*) FROM luot.centre").unwrap(), "1");
    assert_eq!(Cluster::sql_as(kiosk, "SELECT DISTINCT centre FROM luot.event").unwrap(), "1");
    let whole = cluster.sql("luot", "SELECT count(DISTINCT centre) FROM luot.event").unwrap();
    assert_eq!(whole, "2");
}

/// What is kept of a PIN goes to the programs that ask for PINs, and to no other: not in the tables,
/// not with what others have done.
#[test]
fn pins_are_not_for_kiosks_and_halls() {
    let cluster = Cluster::in_memory().unwrap();
    let server = cluster.create("luot").unwrap();
    let logins = init(&server);
    let now = Clock::system().now().wall;
    let login = |role: &str| logins[role].as_str().unwrap();
    let open = |role: &str| Store::open(&login(role).parse().unwrap()).unwrap();
    let start = "SELECT epoch || '|' || last_seq || '|' || last_hash::text FROM luot.centre";
    let start = Cluster::sql_as(login("kiosk"), start).unwrap();
    let mut stores = ["kiosk", "hall", "counter"].map(open);
    let who = queue::Officer { id: "lan".into(), name: "Bà Lan".into(), ..Default::default() };
    let pin = Some(queue::PinHash("$argon2id$secret".into()));
    let enlist = Action::Staff { change: queue::Staffing::Enlist { who, pin } };
    open("owner").act(Uuid::now_v7(), &enlist, now).unwrap();
    let known = stores.each_mut().map(|store| {
        assert_eq!(store.board(now).unwrap().officers.len(), 1, "but who they are is known");
        store.pin(&"lan".into()).unwrap().is_some()
    });
    assert_eq!(known, [false, false, true]);
    let [epoch, seq, hash] = start.split('|').collect::<Vec<_>>().try_into().unwrap();
    let since = format!("SELECT luot.since(1, '{epoch}', {seq}, '{hash}')");
    let told = |role: &str| Cluster::sql_as(login(role), &since).unwrap();
    assert!(told("counter").contains("secret"));
    for role in ["kiosk", "hall", "web"] {
        assert!(told(role).contains("officer_enlisted") && !told(role).contains("secret"));
        for table in ["officer_pin", "change"] {
            let denied = Cluster::sql_as(login(role), &format!("SELECT * FROM luot.{table}"));
            assert!(denied.unwrap_err().to_string().contains("permission denied"), "{role}");
        }
    }
    // Staff at the kiosk pause a service; a hall does not.
    let change = queue::Intake::Pause { reason: "mất điện".into() };
    let pause = Action::Intake { service: "stnmt".into(), change, by: None };
    open("kiosk").act(Uuid::now_v7(), &pause, now).unwrap();
    let refused = open("hall").act(Uuid::now_v7(), &pause, now);
    assert!(matches!(refused, Err(ActError::Store(Error::Forbidden { .. }))));
}

/// The doors are asked by hand, as somebody would who has a kiosk's or a hall's password.
#[test]
fn nobody_writes_past_the_own_centre_and_the_own_deeds() {
    let cluster = Cluster::in_memory().unwrap();
    let server = cluster.create("luot").unwrap();
    let logins = init(&server);
    let mut other = sample();
    other.id = "tranyen".into();
    Store::create(&server.parse().unwrap(), &other, Clock::system().now().wall).unwrap();
    let login = |role: &str| logins[role].as_str().unwrap();
    let asked = |role: &str, sql: &str| {
        Cluster::sql_as(login(role), sql).map_err(|error| error.to_string())
    };
    let end = "SELECT epoch || '|' || last_seq || '|' || last_hash::text FROM luot.centre";
    let end = asked("kiosk", end).unwrap();
    let [epoch, seq, hash] = end.split('|').collect::<Vec<_>>().try_into().unwrap();
    let next: i64 = seq.parse::<i64>().unwrap() + 1;
    let commit = |role: &str, kind: &str, put: &str, cut: &str| {
        let event = format!(
            r#"{{"seq": {next}, "at": 0, "day": 1, "kind": "{kind}", "data": "{{}}", "hash": "\\\\x00"}}"#
        );
        let rows = format!(r#"{{"put": {{"event": [{event}]{put}}}, "cut": {{{cut}}}}}"#);
        let sql = format!(
            "SELECT luot.commit_action(1, '{epoch}', 0, {seq}, '{hash}', E'{rows}'::jsonb)"
        );
        asked(role, &sql).unwrap_err()
    };
    let pin = r#"[{"code": "x", "pin": "y"}]"#;
    let foreign = r#", "ticket": [{"centre": 2, "id": 1}]"#;
    assert!(commit("kiosk", "issued", foreign, "").contains("another centre"));
    for role in ["kiosk", "hall"] {
        let kind = if role == "kiosk" { "issued" } else { "announced" };
        let put = format!(r#", "officer_pin": {pin}"#);
        assert!(commit(role, kind, &put, "").contains("does not change officer_pin"));
        let cut = r#""officer": [{"code": "x"}]"#;
        assert!(commit(role, kind, "", cut).contains("does not change officer"));
        let site = r#", "site": [{"version": 9, "seq": 1, "data": "{}"}]"#;
        assert!(commit(role, kind, site, "").contains("does not change site"));
    }
    assert!(commit("hall", "issued", "", "").contains("does not write issued"));
    // Another centre's persons, counters and place in its history.
    assert!(asked("kiosk", "SELECT luot.key_of_day(2, 1)").unwrap_err().contains("no persons"));
    assert!(asked("counter", "SELECT luot.claim(2, '10', 0)").unwrap_err().contains("no counters"));
    assert!(
        asked("kiosk", "SELECT luot.since(2, '', 0, '')").unwrap_err().contains("not a program")
    );
    assert!(
        asked("owner", "SELECT luot.retire('tranyen', '', 0, '')").unwrap_err().contains("owner")
    );
    // Who only reads stops nobody.
    let lie = format!("SELECT luot.stands(1, '{epoch}', 999999, '')");
    assert_eq!(asked("web", &lie).unwrap(), "f");
    assert_eq!(luot(login("kiosk"), &["issue", "stnmt"]).0, Some(0));
}

fn sample() -> queue::Site {
    station::config::load_site(&xtask::root().join("config/yenbai/site.toml")).unwrap()
}

#[test]
fn a_province_has_the_same_figures_whatever_happened_on_the_way() {
    let mut cluster = Cluster::on_disk(&[]).unwrap();
    let central = cluster.create("central").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("queue.db").display());
    init(&file);
    let ship = || luot(&file, &["ship", "--to", &central]);
    for _ in 0..12 {
        luot(&file, &["issue", "stnmt"]);
    }
    assert_eq!(ship().0, Some(0));
    // Days offline: the centre goes on, and the shipper says that it cannot.
    cluster.stop(false).unwrap();
    for _ in 0..4 {
        assert_eq!(luot(&file, &["call-next", "10"]).0, Some(0));
    }
    assert_eq!(ship().0, Some(2));
    cluster.start().unwrap();
    // Two at once send the same: once.
    std::thread::scope(|scope| {
        let both = [scope.spawn(ship), scope.spawn(ship)];
        both.into_iter().for_each(|one| assert_eq!(one.join().unwrap().0, Some(0)));
    });
    let (_, row) = luot(&central, &["board", "--province"]);
    assert_eq!((&row["site"], &row["service"]), (&"yenbai".into(), &"stnmt".into()), "{row}");
    assert_eq!((&row["waiting"], &row["called"]), (&8.into(), &4.into()), "{row}");
    // A restore begins another line, which counts alone.
    let copies = folder.path().join("copies");
    let (_, made) = luot(&file, &["backup", "--to", copies.to_str().unwrap()]);
    assert_eq!(luot(&file, &["call-next", "10"]).0, Some(0));
    assert_eq!(ship().0, Some(0));
    assert_eq!(luot(&file, &["restore", made["path"].as_str().unwrap()]).0, Some(0));
    assert_eq!(ship().0, Some(0));
    let (_, row) = luot(&central, &["board", "--province"]);
    assert_eq!((&row["waiting"], &row["called"]), (&8.into(), &4.into()), "{row}");
    // Event by event the same.
    let mut store = Store::open(&file.parse().unwrap()).unwrap();
    let here = store.feed(0, usize::MAX).unwrap().len();
    let there = Cluster::sql_as(&central, "SELECT count(*) FROM province.live").unwrap();
    assert_eq!(there, here.to_string());
}

#[test]
fn the_real_programs_go_on_when_the_server_is_back() -> anyhow::Result<()> {
    let mut cluster = Cluster::on_disk(&[])?;
    // Its own queue in a file stays unused: all that differs is the address.
    let centre = Centre::make(&crate::programs::bin(), "off")?;
    let server = cluster.create("luot")?;
    let (code, made) = luot(&server, &["init", "--site", &centre.path("site.toml")]);
    assert_eq!(code, Some(0), "{made}");
    let stage = Stage::open()?;
    let start = |role: &str, (width, height): (u32, u32), extra: &[&str]| {
        let display = stage.display(width, height)?;
        let mut command = stage.command(&centre.program(&format!("luot-{role}")), &display);
        let (config, size) = (centre.path(&format!("{role}.toml")), format!("{width}x{height}"));
        let address = made["logins"][role].as_str().unwrap();
        command.args(["--config", &config, "--store", address, "--windowed", &size]).args(extra);
        anyhow::Ok((Running::start(&mut command)?, display))
    };
    let _hall = start("hall", (1920, 1080), &[])?;
    let _kiosk = start("kiosk", (1080, 1920), &[])?;
    let _counter = start("counter", (1366, 768), &["--counter", "10"])?;
    let number = |number: &str| {
        stage.press("luot-kiosk", "Tài nguyên và")?;
        stage.press("luot-kiosk", "Cấp đổi")?;
        stage.press("luot-kiosk", "Lấy số thứ tự")?;
        stage.press("luot-kiosk", "Đủ")?;
        stage.press("luot-kiosk", "Không")?;
        stage.expect("luot-kiosk", &format!("Số của ông/bà {number}"))
    };
    number("H001")?;
    stage.press("luot-kiosk", "Xong")?;
    stage.press("luot-counter", "Gọi số tiếp theo")?;
    stage.expect("luot-hall", "Mời công dân có số H001 đến quầy 10")?;

    cluster.stop(false)?;
    stage.expect("luot-counter", "Mất liên lạc với máy chủ")?;
    stage.expect("luot-kiosk", "Tạm thời chưa lấy được số")?;
    stage.expect("luot-hall", "Mời công dân có số H001 đến quầy 10")?;

    cluster.start()?;
    let back = |program: &str| {
        let words = ["Mất liên lạc", "Tạm thời chưa lấy được số"];
        let away = |name: &String| words.iter().any(|words| name.contains(words));
        wait(program, || (!stage.names(program).iter().any(away)).then_some(()))
    };
    back("luot-kiosk")?;
    back("luot-counter")?;
    stage.press("luot-counter", "Bắt đầu phục vụ")?;
    stage.expect("luot-counter", "Kết thúc")?;
    number("H002")?;
    assert_eq!(luot(&server, &["check"]).0, Some(0));
    Ok(())
}

#[test]
fn what_is_wrong_with_a_server_is_said_with_what_to_do() {
    let mut cluster = Cluster::in_memory().unwrap();
    let server = cluster.create("luot").unwrap();
    let open = |url: &str| Store::open(&url.parse().unwrap());
    assert!(matches!(open(&server), Err(Error::NoCentre { .. })), "nothing was made there yet");
    init(&server);
    let wrong = server.replace(":luot@", ":guessed@");
    assert!(matches!(open(&wrong), Err(Error::Login { .. })));
    assert!(matches!(open(&server.replace("/luot", "/lost")), Err(Error::NoCentre { .. })));
    assert!(matches!(open(&format!("{server}?site=other")), Err(Error::NoCentre { .. })));
    let said = open(&wrong).unwrap_err().to_string();
    assert!(!said.contains("guessed"), "{said}");
    cluster.sql("luot", "UPDATE luot.about SET schema = 1").unwrap();
    let older = open(&server).unwrap_err().to_string();
    assert!(older.contains("of schema 1, this program knows"), "{older}");
    cluster.sql("luot", "UPDATE luot.about SET schema = 99").unwrap();
    assert!(matches!(open(&server), Err(Error::Newer { found: 99, .. })));
    cluster.stop(true).unwrap();
    let error = open(&server).unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    assert!(error.help(queue::Lang::Vi).contains("máy chủ"));
}

/// A certificate for 127.0.0.1 as the README makes it: it vouches for itself.
fn certificates(folder: &std::path::Path) {
    let script = "set -e; umask 022; chmod 755 .
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout server.key -out server.pem \\
          -subj /CN=luot -addext basicConstraints=critical,CA:FALSE \\
          -addext subjectAltName=DNS:may-chu,IP:127.0.0.1
        chmod 600 server.key; if [ $(id -u) = 0 ]; then chown postgres: server.key; fi";
    let made = Command::new("sh").args(["-c", script]).current_dir(folder).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

#[test]
fn a_line_that_must_be_encrypted_is_encrypted_and_verified() {
    let folder = tempfile::tempdir().unwrap();
    certificates(folder.path());
    let file = |name: &str| folder.path().join(name).display().to_string();
    let cluster = Cluster::on_disk(&[
        "ssl=on",
        &format!("ssl_cert_file={}", file("server.pem")),
        &format!("ssl_key_file={}", file("server.key")),
    ])
    .unwrap();
    let server = cluster.create("luot").unwrap();
    let known = format!("{server}?sslmode=require&sslrootcert={}", file("server.pem"));
    init(&known);
    let _open = Store::open(&known.parse().unwrap()).unwrap();
    let sql = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING(pid)
               WHERE ssl AND application_name = 'luot'";
    assert_eq!(cluster.sql("luot", sql).unwrap(), "1");
    // To a server on this machine, as Debian sets it up, the way needs no certificate.
    let _here = Store::open(&server.parse().unwrap()).unwrap();
    let stranger = format!("{server}?sslmode=require");
    let refused = Store::open(&stranger.parse().unwrap()).unwrap_err();
    assert!(matches!(refused, Error::Untrusted { .. }), "{refused}");
}

/// Ahead and behind, by an hour and by whole days: a number belongs to the server's day.
#[test]
fn a_machine_with_another_clock_lives_by_the_servers() {
    let cluster = Cluster::in_memory().unwrap();
    let server = cluster.create("luot").unwrap();
    init(&server);
    let before = Clock::system().now().wall;
    let off = |by: &str, args: &[&str]| {
        let mut luot = Command::new("faketime");
        luot.args(["-f", by]).arg(crate::programs::bin().join("luot"));
        luot.args(["--store", &server, "--json"]).args(args).output().unwrap().status.code()
    };
    assert_eq!(luot(&server, &["issue", "stnmt"]).1["number"], "H001");
    for (at, by) in ["+1h", "-1h", "+1d", "-1d", "-400d"].into_iter().enumerate() {
        assert_eq!(off(by, &["issue", "stnmt"]), Some(0), "{by}");
        let next = format!("H{:03}", 2 * at + 3);
        assert_eq!(luot(&server, &["issue", "stnmt"]).1["number"], next, "after {by}");
    }
    // A counter whose program answers is not taken for a dead one, nor by whoever is ahead.
    let mut store = Store::open(&server.parse().unwrap()).unwrap();
    let _claim = store.claim(&"10".into(), Clock::system().now().wall).unwrap();
    assert_eq!(luot(&server, &["call-next", "10"]).0, Some(0));
    assert_eq!(off("+1h", &["take-over", "9", "10"]), Some(1));
    let events = store.feed(0, usize::MAX).unwrap();
    let held = |event: &queue::Event| matches!(event.what, What::ClockHeld { .. });
    assert!(!events.iter().any(held), "{events:?}");
    let far = |event: &&queue::Event| event.at.since(before).abs() > 30 * 60_000;
    assert_eq!(events.iter().find(far), None, "a wrong clock was believed");
    assert_eq!(store.check().unwrap(), []);
}

/// An engine that gives no notices, or one that is lost: what has happened is found by looking.
#[test]
fn what_nobody_tells_is_found_by_the_next_look() {
    let cluster = Cluster::in_memory().unwrap();
    let server = cluster.create("luot").unwrap();
    let logins = init(&server);
    let line = Line::to(cluster.port()).unwrap();
    line.without_notices();
    let (_desk, told) = desk(&line.over(logins["hall"].as_str().unwrap(), cluster.port()));
    until(&told, |news| matches!(news, News::Board { .. }).then_some(()));
    let mut kiosk = Store::open(&server.parse().unwrap()).unwrap();
    let issue = Action::Issue { service: "stnmt".into(), wish: Wish::default() };
    for _ in 0..3 {
        let given = kiosk.act(Uuid::now_v7(), &issue, Clock::system().now().wall).unwrap();
        let given = given.ticket.unwrap().id;
        let issued = |event: &queue::Event| event.ticket == Some(given);
        until(&told, |news| match news {
            News::Events(events) => events.iter().any(issued).then_some(()),
            News::Board { .. }
            | News::Quiet(_)
            | News::ClaimLost(_)
            | News::Answer { .. }
            | News::Away(_) => None,
        });
    }
    assert!(line.notices() > 0, "the server told nobody");
}

#[test]
fn a_copy_of_a_server_holds_all_its_days() {
    let cluster = Cluster::in_memory().unwrap();
    let url: StoreUrl = cluster.create("luot").unwrap().parse().unwrap();
    let start = Clock::system().now().wall;
    Store::create(&url, &sample(), start).unwrap();
    let issue = Action::Issue { service: "stnmt".into(), wish: Wish::default() };
    let day = |days: i64| start.plus_ms(days * 24 * 3_600_000);
    // Open all the time, as a hall is: each day is only added to what it knows.
    let mut hall = Store::open(&url).unwrap();
    let mut seen = hall.last_seq().unwrap();
    for days in 0..5 {
        Store::open(&url).unwrap().act(Uuid::now_v7(), &issue, day(days)).unwrap();
        let news = hall.feed(seen, usize::MAX).unwrap();
        assert!(!news.is_empty());
        seen = news.last().unwrap().seq;
        assert_eq!(hall.board(day(days)).unwrap().tickets.len(), 1);
    }
    // A program that has just started knows the last days only.
    let folder = tempfile::tempdir().unwrap();
    let copy = Store::open(&url).unwrap().backup(folder.path(), day(4)).unwrap();
    let file: StoreUrl =
        format!("sqlite:{}", folder.path().join("again.db").display()).parse().unwrap();
    Store::restore(&file, &copy.path, day(4)).unwrap();
    let mut again = Store::open(&file).unwrap();
    assert_eq!(again.check().unwrap(), []);
    let issued = |event: &&queue::Event| matches!(event.what, What::Issued { .. });
    assert_eq!(again.feed(0, usize::MAX).unwrap().iter().filter(issued).count(), 5);
}

/// A desk, and what it says.
pub(crate) fn desk(url: &str) -> (Desk, mpsc::Receiver<News>) {
    let (tell, told) = mpsc::channel();
    let told_all = move |news| drop(tell.send(news));
    (Desk::start(url.parse().unwrap(), Clock::system(), told_all).unwrap(), told)
}

pub(crate) fn until<T>(told: &mpsc::Receiver<News>, wanted: impl Fn(News) -> Option<T>) -> T {
    loop {
        let news = told.recv_timeout(Duration::from_secs(120)).unwrap();
        if let Some(found) = wanted(news) {
            return found;
        }
    }
}

/// Half-open: nothing comes and nobody says that nothing will. The program says that the server is
/// away and what became of what was asked, and goes on by itself, its counter still its own.
#[test]
fn a_desk_goes_on_when_its_line_has_become_a_hole() {
    let cluster = Cluster::in_memory().unwrap();
    let server = cluster.create("luot").unwrap();
    let logins = init(&server);
    let line = Line::to(cluster.port()).unwrap();
    let address = line.over(logins["counter"].as_str().unwrap(), cluster.port());
    let (desk, told) = desk(&format!("{address}&answer_timeout=2"));
    let board = |news| matches!(news, News::Board { .. }).then_some(());
    let away = |news| if let News::Away(trouble) = news { Some(trouble.vi) } else { None };
    let answer = |news| if let News::Answer { answer, .. } = news { Some(answer) } else { None };
    until(&told, board);
    assert!(desk.claim(Uuid::now_v7(), "10".into()));
    assert!(matches!(until(&told, answer), Answer::Claimed(_)));
    // Nothing is asked for: the watch alone finds out.
    line.hole();
    assert!(until(&told, away).contains("Mất liên lạc với máy chủ"));
    until(&told, board);
    // With the second answer the desk has done all that it had to after it came back.
    let issue = Action::Issue { service: "stnmt".into(), wish: Wish::default() };
    for _ in 0..2 {
        assert!(desk.act(Uuid::now_v7(), issue.clone()));
        assert!(matches!(until(&told, answer), Answer::Done(done) if !done.repeated));
    }
    // The server hears the action, and its answer is lost: it is settled by its request.
    line.mute();
    assert!(desk.act(Uuid::now_v7(), issue));
    let answered = until(&told, answer);
    assert!(matches!(&answered, Answer::Done(done) if done.repeated), "{answered:?}");
    assert!(desk.act(Uuid::now_v7(), Action::CallNext { counter: "10".into() }));
    assert!(matches!(until(&told, answer), Answer::Done(_)));
    // The server never heard of the old connection's end, and the counter is ours all the same.
    let mut other = Store::open(&server.parse().unwrap()).unwrap();
    let theirs = other.claim(&"10".into(), Clock::system().now().wall);
    assert!(matches!(theirs, Err(ActError::Refused(Refusal::CounterInUse { .. }))));
    let events = other.feed(0, usize::MAX).unwrap();
    assert_eq!(events.iter().filter(|event| event.what.kind() == "issued").count(), 3);
}

/// Two programs never work at one counter: who was cut off and finds it taken says so and stops.
#[test]
fn a_counter_that_was_taken_meanwhile_is_told_to_the_one_who_had_it() {
    let cluster = Cluster::in_memory().unwrap();
    let server = cluster.create("luot").unwrap();
    let logins = init(&server);
    let line = Line::to(cluster.port()).unwrap();
    let (desk, told) = desk(&line.over(logins["counter"].as_str().unwrap(), cluster.port()));
    let board = |news| matches!(news, News::Board { .. }).then_some(());
    until(&told, board);
    assert!(desk.claim(Uuid::now_v7(), "10".into()));
    let answer = |news| if let News::Answer { answer, .. } = news { Some(answer) } else { None };
    assert!(matches!(until(&told, answer), Answer::Claimed(_)));
    line.shut(true);
    cluster
        .sql("luot", "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        .unwrap();
    until(&told, |news| matches!(news, News::Away(_)).then_some(()));
    let mut other = Store::open(&server.parse().unwrap()).unwrap();
    let theirs = other.claim(&"10".into(), Clock::system().now().wall).unwrap();
    line.shut(false);
    let lost = |news| if let News::ClaimLost(counter) = news { Some(counter) } else { None };
    assert_eq!(until(&told, lost), "10".into());
    until(&told, board);
    theirs.beat(Clock::system().now().wall).unwrap();
    // It may ask again, and has it when it is free.
    drop(theirs);
    assert!(desk.claim(Uuid::now_v7(), "10".into()));
    assert!(matches!(until(&told, answer), Answer::Claimed(_)));
}
