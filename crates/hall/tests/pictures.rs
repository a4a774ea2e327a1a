//! Every state of the hall as a picture, in both languages and three sizes, and how high its
//! figures stand. `LUOT_PICTURES=DIR` keeps what was drawn.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "each face uses its part")]
#[path = "../../station/src/testing.rs"]
mod testing;
#[path = "../../ui/tests/window/mod.rs"]
mod window;

use queue::{Lang, Number};
use slint::ComponentHandle;
use station::Now;
use station::config::{HallConfig, Theme};
use station::desk::Trouble;
use station::flow::{Flow, Input};
use station::hall::{Hall, View, Voice};
use testing::{Feed, at, site};
use ui::{Design, Fit, HallWindow};
use window::{Picture, Size, draw, platform, vietnamese};

const MINUTE: i64 = 60_000;

/// A hall in which six were called, the last ones `together` within a second; seen `after_ms`.
struct Seen {
    hall: Hall,
    now: Now,
}

fn seen(config: HallConfig, together: u32, after_ms: i64) -> Seen {
    let mut hall = Hall::new(config);
    let mut feed = Feed::default();
    for number in 141..=147 {
        feed.issue(0, number);
    }
    for (service, prefix, people) in
        [("stnmt", "H", 7), ("cat", "T", 12), ("bhxh", "V", 6), ("stp", "R", 4)]
    {
        for n in 0..people {
            feed.take(1_000, service, Number::new(prefix, 200 + n), "normal");
        }
    }
    let board = Box::new(feed.board.clone());
    hall.step(
        Input::Board { site: site(), board, tail: Vec::new(), experience: Box::default() },
        at(1_000),
    );
    let mut ms = 1_000;
    for (i, counter) in ["16", "20", "9", "24", "10", "17"].iter().enumerate() {
        let i = u32::try_from(i).unwrap();
        ms += if i + together > 6 && i > 0 { 400 } else { MINUTE };
        let call = feed.call(ms, 142 + i, counter);
        hall.step(Input::Events(vec![call.clone()]), at(ms));
        if i + together == 6 {
            hall.step(Input::Device(Voice::Begun { call: call.seq }), at(ms));
        }
    }
    let now = at(ms + after_ms);
    hall.step(Input::Tick, now);
    Seen { hall, now }
}

impl Seen {
    fn view(&self) -> View {
        self.hall.view(self.now)
    }
}

/// Every state of the hall with its name.
fn states(lang: Lang) -> Vec<(&'static str, View)> {
    let config = || HallConfig { lang, ..HallConfig::default() };
    let evening = || HallConfig { theme: Theme::Evening, ..config() };
    let state = |together, after_ms| seen(config(), together, after_ms).view();
    let mut lost = seen(config(), 1, 0);
    let away = || Trouble {
        vi: "Mất liên lạc với máy chủ. Máy đang tự thử lại; hãy kiểm tra mạng và máy chủ.".into(),
        en: "The server cannot be reached. This machine keeps trying; look at the network and the \
             server."
            .into(),
    };
    lost.hall.step(Input::Away(away()), lost.now);
    lost.now = at(lost.now.up_ms + 11_000);
    let mut mute = seen(config(), 1, 20_000);
    let sound = Trouble { vi: "Không có loa.".into(), en: "No loudspeaker.".into() };
    mute.hall.step(Input::Device(Voice::Sound(Some(sound))), mute.now);
    let english = seen(HallConfig { english_below: true, ..config() }, 1, 20_000);
    let mut empty = Hall::new(config());
    let board = Box::new(Feed::default().board);
    empty.step(
        Input::Board { site: site(), board, tail: Vec::new(), experience: Box::default() },
        at(0),
    );
    let mut long = state(1, 20_000);
    long.calls[0].number = "M888".into();
    long.calls[0].counter = "128".into();
    let mut named = state(1, 20_000);
    named.calls[0].counter = "Tiếp đón".into();
    named.recent[0].counter = "Tiếp đón".into();
    vec![
        ("fresh", state(1, 1_000)),
        ("settled", state(1, 20_000)),
        ("two", state(2, 1_000)),
        ("three", state(3, 1_000)),
        ("calm", state(1, 3 * MINUTE)),
        ("empty", empty.view(at(1_000))),
        ("lost", lost.view()),
        ("mute", mute.view()),
        ("english-below", english.view()),
        ("long", long),
        ("named", named),
        ("evening", seen(evening(), 1, 20_000).view()),
        ("evening-fresh", seen(evening(), 1, 1_000).view()),
        ("evening-calm", seen(evening(), 1, 3 * MINUTE).view()),
    ]
}

fn hall(size: Size) -> HallWindow {
    platform();
    let window = HallWindow::new().unwrap();
    window.global::<Fit>().set_landscape(size.0 > size.1);
    window
}

fn drawn(size: Size) {
    let window = hall(size);
    let mut complaints = Vec::new();
    for (lang, tongue) in [(Lang::Vi, "vi"), (Lang::En, "en")] {
        for (name, view) in states(lang) {
            ::hall::show(&window, &view);
            let picture = draw(&window, Design::Turned, size, &format!("hall-{name}-{tongue}"));
            complaints.extend(picture.complaints());
            if lang == Lang::En {
                let left = vietnamese(&picture.texts);
                // A counter's name is the centre's own.
                let left = left.iter().filter(|text| *text != "Tiếp đón");
                complaints
                    .extend(left.map(|text| format!("{}: not English: {text}", picture.name)));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn at_its_own_size_every_state_is_whole() {
    drawn((1920, 1080));
}

#[test]
fn on_a_small_screen_every_state_is_whole() {
    drawn((1366, 768));
}

#[test]
fn upright_every_state_is_whole() {
    drawn((1080, 1920));
}

/// The heights of all figures, in pixels of the design, from the top left to the bottom right.
fn figures(picture: &Picture) -> Vec<f32> {
    let mut spots: Vec<_> = picture.figures.iter().collect();
    spots.sort_by(|a, b| (a.top, a.left).partial_cmp(&(b.top, b.left)).unwrap());
    let height = |spot: &&window::Spot| {
        let (first, last) = picture.ink_rows(spot);
        #[expect(clippy::cast_precision_loss, reason = "a few hundred rows")]
        let rows = (last + 1 - first) as f32;
        rows / picture.scale
    };
    spots.iter().map(height).collect()
}

/// A number whose figures are as high as its capital: 1, 4 and 7 have no round that stands over.
fn flat(together: u32) -> View {
    let mut view = seen(HallConfig::default(), together, 1_000).view();
    for call in view.calls.iter_mut().chain(&mut view.recent) {
        call.number = "H147".into();
        call.counter = "14".into();
    }
    view
}

fn is_near(actual: f32, wanted: f32, what: &str) {
    let off = (actual - wanted).abs() / wanted;
    assert!(off <= 0.02, "{what}: {actual} px instead of {wanted}");
}

#[test]
fn figures_are_as_high_as_the_viewing_distance_asks_on_every_screen() {
    let cases: [(Size, [f32; 4]); 4] = [
        ((1920, 1080), [289.0, 131.0, 289.0, 193.0]),
        ((1366, 768), [289.0, 131.0, 289.0, 193.0]),
        ((3840, 2160), [289.0, 131.0, 289.0, 193.0]),
        ((1080, 1920), [231.0, 111.0, 231.0, 144.0]),
    ];
    platform();
    let window = HallWindow::new().unwrap();
    for (size, [called, recent, place, many]) in cases {
        window.global::<Fit>().set_landscape(size.0 > size.1);
        ::hall::show(&window, &flat(1));
        let one = draw(&window, Design::Turned, size, "hall-figures");
        let heights = figures(&one);
        is_near(heights[0], called, "the called number");
        is_near(heights[1], place, "its counter");
        assert_eq!(heights.len(), 10, "{:?}", one.figures);
        for height in &heights[2..] {
            is_near(*height, recent, "a recent call");
        }
        ::hall::show(&window, &flat(3));
        let three = draw(&window, Design::Turned, size, "hall-figures-three");
        for height in figures(&three) {
            is_near(height, many, "one of three calls");
        }
    }
}

#[test]
fn the_widest_numbers_of_a_letter_and_of_figures_alone_are_not_made_smaller() {
    let window = hall((1920, 1080));
    for number in ["M147", "41714"] {
        let mut view = flat(1);
        view.calls[0].number = number.into();
        ::hall::show(&window, &view);
        let picture = draw(&window, Design::Turned, (1920, 1080), &format!("hall-widest-{number}"));
        is_near(figures(&picture)[0], 289.0, number);
        assert_eq!(picture.complaints(), [""; 0]);
    }
}
