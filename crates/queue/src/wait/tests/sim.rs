//! A ward's hall played by the minute: what the estimator is judged by.
//!
//! Parameters are those of the project's day model (`ward_medium` scaled to eight counters; all
//! assumed or anchored as written there). Numbers rank estimators; they predict no real centre.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::super::*;
use crate::rule::{self, Head};
use crate::{Class, TicketId};

const MIN: i64 = 60_000;
/// A visit: name, median and 90 % quantile in minutes.
const SERVICES: [(&str, f64, f64); 5] = [
    ("nhan_ket_qua", 2.0, 4.0),
    ("chung_thuc", 4.0, 9.0),
    ("tiep_nhan", 7.0, 14.0),
    ("dat_dai", 11.0, 25.0),
    ("can_cuoc", 12.0, 16.0),
];
/// Relative arrivals by half hour from 07:30; none after 16:30.
const SHAPE: [f64; 18] =
    [1.6, 1.8, 1.9, 1.9, 1.6, 1.3, 1.0, 0.5, 0.05, 0.05, 0.1, 0.4, 1.2, 1.3, 1.2, 1.0, 0.7, 0.4];
const WEEKDAY: [f64; 5] = [1.25, 1.05, 0.95, 0.95, 0.85];

/// A hall and its visitors.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    /// What each counter takes, and whether it stays open over lunch.
    pub(super) counters: &'static [(&'static [usize], bool)],
    /// The services' shares of visitors, in percent.
    pub(super) shares: [u64; 5],
    /// Visitors on an ordinary day.
    pub(super) crowd: f64,
    /// The share of them at the door before opening.
    pub(super) early: f64,
    /// What happens between 11:30 and 13:30.
    pub(super) lunch: Lunch,
}

/// Eight counters with overlapping skills: the day model's ward, twice as busy.
pub(super) const WARD: Plan = Plan {
    counters: &[
        (&[0, 1], false),
        (&[1, 2], false),
        (&[2, 0], true),
        (&[2, 3], false),
        (&[3, 2], true),
        (&[4], false),
        (&[4, 2], true),
        (&[1, 0, 2], true),
    ],
    shares: [20, 30, 25, 12, 13],
    crowd: 300.0,
    early: 0.15,
    lunch: Lunch::Half,
};

/// One officer, most visitors at the door before opening: the day model's land office.
pub(super) const ONE_OFFICER: Plan = Plan {
    counters: &[(&[1], true)],
    shares: [0, 100, 0, 0, 0],
    crowd: 65.0,
    early: 0.6,
    lunch: Lunch::Closed,
};

/// What happens between 11:30 and 13:30.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lunch {
    /// Half of the counters go away until 13:00.
    Half,
    /// All stop calling until 13:30.
    Closed,
}

/// Splitmix64 (Steele, Lea and Flood 2014): small, seeded, the same everywhere.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// In 0..1.
    fn unit(&mut self) -> f64 {
        let [a, b, c, d, ..] = self.next().to_le_bytes();
        (f64::from(u32::from_le_bytes([a, b, c, d])) + 0.5) / 4_294_967_296.0
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }
}

#[allow(clippy::cast_possible_truncation, reason = "a day in milliseconds fits")]
fn ms(minutes: f64) -> i64 {
    (minutes * 60_000.0) as i64
}

#[derive(Clone)]
struct Visitor {
    at: i64,
    service: usize,
    rank: i64,
    /// From the call to the end, at an officer of mean speed.
    visit_min: f64,
    /// What was told.
    told: Option<Answers>,
}

#[derive(Clone, Copy)]
struct Answers {
    answer: Result<Estimate, NoEstimate>,
    naive_ms: i64,
    rolling_ms: i64,
    formula_ms: i64,
}

/// One visitor's answers and what came of them.
#[derive(Clone, Copy)]
pub(super) struct Outcome {
    pub(super) service: usize,
    pub(super) answer: Result<Estimate, NoEstimate>,
    /// People ahead × average.
    pub(super) naive_ms: i64,
    /// The mean of the last five waits of the service.
    pub(super) rolling_ms: i64,
    /// The trust note's formula with overlap(s, s′) = shared counters ÷ counters of s′.
    pub(super) formula_ms: i64,
    /// Nothing when the day ended first.
    pub(super) waited_ms: Option<i64>,
}

/// The hall from day to day.
pub(super) struct Hall {
    dice: Dice,
    plan: Plan,
    ids: Vec<ServiceId>,
    paces: BTreeMap<ServiceId, Pace>,
    pairs: Vec<(usize, Pair)>,
    /// Learned each night, unless the default is on trial: the centre's, then each service's.
    pub(super) calibrations: Vec<Calibration>,
    learns: bool,
    day: usize,
}

/// A visit at a counter.
#[derive(Clone, Copy)]
struct Visit {
    service: usize,
    since: i64,
    end: i64,
}

struct Today {
    speed: Vec<f64>,
    sessions: Vec<Span>,
    waiting: Vec<BTreeSet<(i64, usize)>>,
    busy: Vec<Option<Visit>>,
    waits: Vec<VecDeque<i64>>,
}

impl Hall {
    pub(super) fn new(seed: u64, plan: Plan, learns: bool) -> Self {
        let ids: Vec<ServiceId> = SERVICES.iter().map(|(id, ..)| (*id).into()).collect();
        let paces = ids.iter().map(|id| (id.clone(), Pace::new(PRIOR_MS))).collect();
        let calibrations = vec![Calibration::default(); SERVICES.len() + 1];
        Self { dice: Dice(seed), plan, ids, paces, pairs: vec![], calibrations, learns, day: 0 }
    }

    /// Plays one day and learns from it.
    pub(super) fn day(&mut self) -> Vec<Outcome> {
        let mut visitors = self.visitors();
        let clock = |minute: i64| Timestamp(minute * MIN);
        let span = |open, close| Span { open: clock(open), close: clock(close) };
        let mut today = Today {
            speed: self.plan.counters.iter().map(|_| (0.10 * self.dice.normal()).exp()).collect(),
            sessions: match self.plan.lunch {
                Lunch::Half => vec![span(450, 1_020)],
                Lunch::Closed => vec![span(450, 690), span(810, 1_020)],
            },
            waiting: vec![BTreeSet::new(); SERVICES.len()],
            busy: vec![None; self.plan.counters.len()],
            waits: vec![VecDeque::new(); SERVICES.len()],
        };
        self.paces.values_mut().for_each(Pace::new_day);
        let mut outcomes = vec![];
        let mut next = 0;
        let mut now = 400 * MIN;
        let bells = [450, 690, 780, 810].map(|minute| minute * MIN);
        while now < 1_020 * MIN {
            self.end_visits(&mut today, now);
            while visitors.get(next).is_some_and(|visitor| visitor.at <= now) {
                visitors[next].told = Some(self.tell(&today, &visitors[next], next, now));
                today.waiting[visitors[next].service].insert((visitors[next].rank, next));
                self.call(&mut today, &visitors, now, &mut outcomes);
                next += 1;
            }
            self.call(&mut today, &visitors, now, &mut outcomes);
            let coming = visitors.get(next).map(|visitor| visitor.at);
            let ending = today.busy.iter().flatten().map(|visit| visit.end);
            let bell = bells.into_iter().chain([1_020 * MIN]);
            now = ending.chain(coming).chain(bell).filter(|at| *at > now).min().unwrap();
        }
        for (_, i) in today.waiting.iter().flatten() {
            outcomes.push(outcome(&visitors[*i], None));
        }
        self.day += 1;
        if self.learns {
            self.learn();
        }
        outcomes
    }

    fn learn(&mut self) {
        let mut base = Calibration::default();
        self.calibrations.clear();
        for service in [None, Some(0), Some(1), Some(2), Some(3), Some(4)] {
            let mine = self.pairs.iter().filter(|(of, _)| service.is_none_or(|s| s == *of));
            let pairs: Vec<Pair> = mine.map(|(_, pair)| *pair).collect();
            let learned = Calibration::learn(&base, &pairs, Quantiles::default());
            if service.is_none() {
                base = learned;
            }
            self.calibrations.push(learned);
        }
    }

    fn visitors(&mut self) -> Vec<Visitor> {
        let dice = &mut self.dice;
        let crowd = self.plan.crowd * WEEKDAY[self.day % 5] * (1.0 + 0.15 * dice.normal());
        let total: f64 = SHAPE.iter().sum();
        let mut minutes = vec![];
        for (half, share) in (0_u32..).zip(SHAPE) {
            let closed = self.plan.lunch == Lunch::Closed && (8..12).contains(&half);
            let rate = crowd * (1.0 - self.plan.early) * share / total / 30.0;
            let (mut at, end) = (450.0 + 30.0 * f64::from(half), 480.0 + 30.0 * f64::from(half));
            loop {
                at -= dice.unit().ln() / rate;
                if at >= end {
                    break;
                }
                // At lunch numbers are given again a quarter before.
                minutes.push(if closed { 795.0 + (at - 690.0) / 8.0 } else { at });
            }
        }
        // The crowd at the door takes numbers from a quarter before opening.
        let mut early = self.plan.early * crowd;
        while early > 0.0 {
            minutes.push(435.0 + 15.0 * dice.unit());
            early -= 1.0;
        }
        minutes.sort_by(f64::total_cmp);
        let common = 0.12 * dice.normal();
        let days: Vec<f64> =
            SERVICES.iter().map(|_| (common + 0.08 * dice.normal()).exp()).collect();
        minutes.into_iter().map(|minute| visitor(dice, minute, &self.plan.shares, &days)).collect()
    }

    fn on(&self, counter: usize, now: i64) -> bool {
        match self.plan.lunch {
            Lunch::Half => self.plan.counters[counter].1 || !(690 * MIN..780 * MIN).contains(&now),
            Lunch::Closed => true,
        }
    }

    fn end_visits(&mut self, today: &mut Today, now: i64) {
        for slot in &mut today.busy {
            if let Some(visit) = slot.take_if(|visit| visit.end <= now) {
                let pace = self.paces.get_mut(&self.ids[visit.service]).unwrap();
                pace.fold(visit.end - visit.since);
            }
        }
    }

    fn call(
        &mut self,
        today: &mut Today,
        visitors: &[Visitor],
        now: i64,
        outcomes: &mut Vec<Outcome>,
    ) {
        if hours::after(&today.sessions, Timestamp(now), 0) != Some(Timestamp(now)) {
            return;
        }
        for (counter, (takes, _)) in self.plan.counters.iter().enumerate() {
            if today.busy[counter].is_some() || !self.on(counter, now) {
                continue;
            }
            let heads = takes.iter().filter_map(|service| {
                let (rank, i) = today.waiting[*service].first()?;
                let ticket = TicketId(i64::try_from(*i).unwrap());
                let service = self.ids[*service].clone();
                let lane = rule::Lane::Ordinary;
                Some(Head { ticket, service, rank: *rank, credit_ms: 0, lane, sent_here: false })
            });
            let Some(head) = rule::choose(heads, rule::Policy::default()) else { continue };
            let i = usize::try_from(head.ticket.0).unwrap();
            let visitor = &visitors[i];
            today.waiting[visitor.service].remove(&(visitor.rank, i));
            let end = now + ms(today.speed[counter] * visitor.visit_min).max(1);
            today.busy[counter] = Some(Visit { service: visitor.service, since: now, end });
            let waited = now - visitor.at;
            let waits = &mut today.waits[visitor.service];
            waits.push_back(waited);
            if waits.len() > 5 {
                waits.pop_front();
            }
            let done = outcome(visitor, Some(waited));
            if let Ok(estimate) = done.answer {
                let waited_ms =
                    hours::open_ms(&today.sessions, Timestamp(visitor.at), Timestamp(now));
                let pair = Pair { work_ms: estimate.work_ms, waited_ms };
                self.pairs.push((visitor.service, pair));
            }
            outcomes.push(done);
        }
    }

    fn tell(&self, today: &Today, visitor: &Visitor, i: usize, now: i64) -> Answers {
        let mut ahead: Vec<_> = today
            .waiting
            .iter()
            .enumerate()
            .flat_map(|(s, waiting)| waiting.range(..(visitor.rank, i)).map(move |key| (*key, s)))
            .collect();
        ahead.sort_unstable();
        let ahead: Vec<ServiceId> = ahead.iter().map(|(_, s)| self.ids[*s].clone()).collect();
        let counters = (0..self.plan.counters.len())
            .filter(|counter| self.on(*counter, now))
            .map(|counter| OpenCounter {
                services: self.plan.counters[counter]
                    .0
                    .iter()
                    .map(|s| self.ids[*s].clone())
                    .collect(),
                busy: today.busy[counter].map(|visit| Busy {
                    service: self.ids[visit.service].clone(),
                    since: Timestamp(visit.since),
                }),
            })
            .collect();
        let service = self.ids[visitor.service].clone();
        let mean = self.paces[&service].mean_ms();
        let waits = &today.waits[visitor.service];
        let sum: i64 = waits.iter().sum();
        let outlook = Outlook {
            service,
            now: Timestamp(now),
            ahead,
            counters,
            sessions: today.sessions.clone(),
        };
        Answers {
            answer: estimate(&outlook, &self.paces, &self.calibrations[visitor.service + 1]),
            naive_ms: count(outlook.ahead.iter().filter(|s| **s == outlook.service)) * mean,
            rolling_ms: sum / i64::try_from(waits.len().max(1)).unwrap(),
            formula_ms: formula(&outlook, &self.paces),
        }
    }
}

fn visitor(dice: &mut Dice, minute: f64, shares: &[u64], days: &[f64]) -> Visitor {
    let mut at = dice.next() % 100;
    let service = shares.iter().position(|share| {
        let hit = at < *share;
        at = at.saturating_sub(*share);
        hit
    });
    let service = service.unwrap();
    let (_, median, p90) = SERVICES[service];
    // 1.2816 standard deviations lie below the 90 % quantile.
    let sigma = (p90 / median).ln() / 1.2816;
    let visit = median * (sigma * dice.normal()).exp() * days[service];
    let walk = (25.0 + 12.0 * dice.normal()).max(5.0) / 60.0;
    let no_show = dice.unit() < 0.08;
    let credit_min = if dice.unit() < 0.12 { 60 } else { 0 };
    let class = Class { id: "c".into(), name: crate::Text::default(), credit_min, from_age: 0 };
    let at = ms(minute);
    let visit_min = if no_show { 1.0 + dice.unit() } else { walk + visit };
    Visitor { at, service, rank: rule::rank(Timestamp(at), &class), visit_min, told: None }
}

fn outcome(visitor: &Visitor, waited_ms: Option<i64>) -> Outcome {
    let Answers { answer, naive_ms, rolling_ms, formula_ms } = visitor.told.unwrap();
    Outcome { service: visitor.service, answer, naive_ms, rolling_ms, formula_ms, waited_ms }
}

fn count<T>(list: impl Iterator<Item = T>) -> i64 {
    i64::try_from(list.count()).unwrap()
}

/// Σ overlap · waiting · mean, with what remains of the visits, ÷ counters.
fn formula(outlook: &Outlook, paces: &BTreeMap<ServiceId, Pace>) -> i64 {
    let takers = |service: &ServiceId| -> Vec<&OpenCounter> {
        outlook.counters.iter().filter(|counter| counter.services.contains(service)).collect()
    };
    let mine = takers(&outlook.service);
    if mine.is_empty() || mine.iter().any(|counter| counter.busy.is_none()) {
        return 0;
    }
    let waiting: i64 = paces
        .iter()
        .map(|(service, pace)| {
            let all = takers(service);
            let shared = all.iter().filter(|c| c.services.contains(&outlook.service));
            let ahead = outlook.ahead.iter().filter(|ahead| *ahead == service);
            count(ahead) * pace.mean_ms() * count(shared) / count(all.iter()).max(1)
        })
        .sum();
    let busy = mine.iter().filter_map(|counter| counter.busy.as_ref());
    let rest: i64 = busy
        .map(|busy| remaining(paces[&busy.service].mean_ms(), outlook.now.since(busy.since)))
        .sum();
    (waiting + rest) / count(mine.iter())
}

/// The services' names, for the table.
pub(super) fn name(service: usize) -> &'static str {
    SERVICES[service].0
}
