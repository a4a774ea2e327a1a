//! From a view to the window's properties.

use queue::Lang;
use slint::{ComponentHandle, SharedString};
use station::counter::{
    AskView, Asked, Caps, Choice, Deed, Doing, Page, Row, Tab, View, WatchList, WatchRow, WatchView,
};
use ui::{
    Counter, CounterAsk, CounterAskRow, CounterCaps, CounterChoice, CounterKeys, CounterPage,
    CounterTab, CounterWatchList, CounterWatchRow, CounterWatched, CounterWindow, WaitRow,
};

/// Copies a view into the window's properties.
pub fn show(window: &CounterWindow, view: &View) {
    ui::speak(view.lang == Lang::En);
    let counter = window.global::<Counter>();
    let page = match view.page {
        Page::Choose => CounterPage::Choose,
        Page::Work if view.strip => CounterPage::Strip,
        Page::Locked => CounterPage::Locked,
        Page::Watch => CounterPage::Watch,
        Page::Work => CounterPage::Work,
    };
    let asked = word(view.ask.asked);
    // What had the focus goes with its page or dialog, and a key must find somebody.
    let moved = counter.get_page() != page || counter.get_ask().asked != asked;
    counter.set_page(page);
    show_frame(&counter, view);
    show_visitor(&counter, view);
    counter.set_keys(keys(&view.keys));
    counter.set_rates(view.rates);
    counter.set_can(caps(view.caps));
    counter.set_ask(ask(&view.ask, asked));
    counter.set_notice(text(&view.notice));
    counter.set_left_behind(view.left_behind);
    counter.set_needs_help(view.needs_help);
    counter.set_refusal(text(&view.refusal));
    counter.set_tabs(ui::model(view.tabs.iter().map(tab)));
    counter.set_tab(number(view.tab));
    counter.set_waiting_count(number(view.waiting_count));
    counter.set_waiting(ui::model(view.waiting.iter().map(row)));
    counter.set_empty(text(&view.empty));
    counter.set_longest(text(&view.longest));
    counter.set_today(text(&view.today));
    counter.set_watched(watched(&view.watch));
    if moved {
        counter.set_writing(false);
        window.invoke_take_keys();
    }
}

fn show_frame(counter: &Counter<'_>, view: &View) {
    counter.set_authority(text(&view.authority));
    counter.set_centre(text(&view.centre));
    counter.set_motto(text(&view.motto));
    counter.set_clock(text(&view.clock));
    counter.set_date(text(&view.date));
    counter.set_language(text(&view.language));
    counter.set_counters(ui::model(view.counters.iter().map(choice)));
    counter.set_chosen(text(&view.chosen));
    counter.set_chosen_title(text(&view.chosen_title));
    counter.set_chosen_text(text(&view.chosen_text));
    counter.set_take(view.take);
    counter.set_alert(text(&view.alert));
    counter.set_alert_text(text(&view.alert_text));
    counter.set_sign_in(view.sign_in);
    counter.set_account(text(&view.account));
    counter.set_pin(number(view.pin));
    counter.set_at_pin(view.at_pin);
    counter.set_officer(text(&view.officer));
    counter.set_name(text(&view.name));
    counter.set_services(text(&view.services));
    counter.set_zone(text(&view.zone));
    counter.set_link(text(&view.link));
}

fn show_visitor(counter: &Counter<'_>, view: &View) {
    counter.set_state_kind(SharedString::from(match view.doing {
        Doing::Idle => "idle",
        Doing::Called => "called",
        Doing::Serving => "serving",
    }));
    counter.set_state_chip(text(&view.state_chip));
    counter.set_paused(view.paused);
    counter.set_facts(text(&view.facts));
    counter.set_number(text(&view.number));
    counter.set_priority(text(&view.priority));
    counter.set_timer_label(text(&view.timer_label));
    counter.set_timer(text(&view.timer));
    counter.set_procedure(text(&view.procedure));
    counter.set_papers(text(&view.papers));
    counter.set_paper_count(number(view.paper_count));
    counter.set_service(text(&view.service));
    counter.set_main_label(text(&view.main_label));
    counter.set_main_next(text(&view.main_next));
    counter.set_main_why(text(&view.main_why));
}

fn text(text: &String) -> SharedString {
    SharedString::from(text)
}

fn number(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

fn word(asked: Asked) -> &'static str {
    match asked {
        Asked::Nothing => "",
        Asked::Finish => "finish",
        Asked::Park => "park",
        Asked::Transfer => "transfer",
        Asked::Number => "number",
        Asked::Reason => "reason",
        Asked::Direct => "direct",
        Asked::Returns => "returns",
        Asked::End => "end",
        Asked::Pause => "pause",
        Asked::Services => "services",
        Asked::Move => "move",
        Asked::Void => "void",
        Asked::Officers => "officers",
        Asked::Agencies => "agencies",
        Asked::Papers => "papers",
    }
}

fn keys(shown: &[(Deed, String)]) -> CounterKeys {
    let mut keys = CounterKeys::default();
    for (deed, key) in shown {
        let place = match deed {
            Deed::Main => &mut keys.main,
            Deed::Start => &mut keys.start,
            Deed::Finish => &mut keys.finish,
            Deed::Recall => &mut keys.recall,
            Deed::NoShow => &mut keys.no_show,
            Deed::Transfer => &mut keys.transfer,
            Deed::Park => &mut keys.park,
            Deed::Number => &mut keys.number,
            Deed::Direct => &mut keys.direct,
            Deed::Returns => &mut keys.returns,
            Deed::Requeue => &mut keys.requeue,
            Deed::End => &mut keys.end,
            Deed::Pause => &mut keys.pause,
            Deed::Undo => &mut keys.undo,
            Deed::Strip => &mut keys.strip,
            Deed::Help => &mut keys.help,
            Deed::Services => &mut keys.services,
            Deed::Watch => &mut keys.watch,
            Deed::Officers => &mut keys.officers,
            Deed::Papers => &mut keys.papers,
            Deed::TakeOver => &mut keys.take_over,
            Deed::Rate => &mut keys.rate,
            Deed::Leave => &mut keys.leave,
        };
        *place = text(key);
    }
    keys
}

fn caps(caps: Caps) -> CounterCaps {
    CounterCaps {
        main: caps.main,
        called: caps.called,
        finish: caps.finish,
        move_on: caps.move_on,
        requeue: caps.requeue,
        free: caps.free,
        ready: caps.ready,
        help: caps.help,
        take_over: caps.take_over,
        supervise: caps.supervise,
        rate: caps.rate,
    }
}

fn ask(ask: &AskView, asked: &str) -> CounterAsk {
    let row = |row: &station::counter::AskRow| CounterAskRow {
        at: number(row.at),
        key: text(&row.key),
        label: text(&row.label),
        note: text(&row.note),
        chosen: row.chosen,
    };
    CounterAsk {
        asked: asked.into(),
        title: text(&ask.title),
        text: text(&ask.text),
        number: text(&ask.number),
        rows: ui::model(ask.rows.iter().map(row)),
        above: number(ask.above),
        below: number(ask.below),
        field: text(&ask.field),
        typed: text(&ask.typed),
        note: text(&ask.note),
        codes: ui::model(ask.codes.iter().map(SharedString::from)),
        dossiers: i32::try_from(ask.dossiers).unwrap_or(i32::MAX),
        words: text(&ask.words),
        commit: text(&ask.commit),
        may: ask.may,
        next: text(&ask.next),
        lines: ui::model(ask.lines.iter().map(SharedString::from)),
    }
}

fn watched(watch: &WatchView) -> CounterWatched {
    CounterWatched {
        list: number(watch.list),
        alarms: watch_list(&watch.alarms),
        counters: watch_list(&watch.counters),
        queues: watch_list(&watch.queues),
    }
}

fn watch_list(list: &WatchList) -> CounterWatchList {
    let row = |row: &WatchRow| CounterWatchRow {
        head: text(&row.head),
        name: text(&row.name),
        note: text(&row.note),
        figure: text(&row.figure),
        age: text(&row.age),
        late: row.late,
    };
    CounterWatchList {
        rows: ui::model(list.rows.iter().map(row)),
        above: number(list.above),
        below: number(list.below),
    }
}

fn choice(choice: &Choice) -> CounterChoice {
    CounterChoice {
        code: text(&choice.code),
        label: text(&choice.label),
        state: text(&choice.state),
        mine: choice.mine,
    }
}

fn tab(tab: &Tab) -> CounterTab {
    CounterTab { label: text(&tab.label), count: text(&tab.count) }
}

fn row(row: &Row) -> WaitRow {
    WaitRow {
        number: text(&row.number),
        service: text(&row.service),
        chip: text(&row.chip),
        age: text(&row.age),
        late: row.late,
        back: row.back,
    }
}
