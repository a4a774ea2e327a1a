//! The centre over HTTP: the board for screens and scripts, and a visitor's turn.
//!
//! The one decision of this crate: *a page is a fresh read*. Each request reads the day as it
//! stands, so no page can show an old turn as a new one. Only what earlier days taught about waits
//! is kept for a minute: it changes slowly and is the one thing that is dear to read.

mod pages;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Json, Response};
use axum::routing::get;
use queue::wait::{Asker, Experience, Range};
use queue::{Board, BusinessDay, CounterId, Lang, Site, State as TicketState, Ticket};
use station::Clock;
use station::words::expected;
use store::StoreUrl;

use pages::{Day, Pages};

/// How often an idle store is looked after.
const TIDY: Duration = Duration::from_secs(2);
/// How many last calls a page shows.
const CALLS_MAX: usize = 12;

/// Serves until the process ends; `told` learns the address, which is another than the one asked
/// for when that ends in `:0`.
///
/// # Errors
/// When the address cannot be listened on.
pub fn serve(
    url: &StoreUrl,
    clock: Clock,
    listen: &str,
    told: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await?;
        told(listener.local_addr()?);
        let pages = Arc::new(Pages::new(url.clone(), clock));
        let kept = Arc::clone(&pages);
        tokio::spawn(async move {
            let mut beat = tokio::time::interval(TIDY);
            loop {
                beat.tick().await;
                kept.tidy();
            }
        });
        axum::serve(listener, routes(pages)).await
    })
}

/// The pages of one centre.
pub fn router(url: StoreUrl, clock: Clock) -> Router {
    routes(Arc::new(Pages::new(url, clock)))
}

fn routes(pages: Arc<Pages>) -> Router {
    Router::new()
        .route("/", get(hall))
        .route("/api/board", get(board))
        .route("/t/{turn}", get(turn))
        .with_state(pages)
}

type Centre = State<Arc<Pages>>;

fn away(error: &store::Error) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, page("Lượt", &escape(&error.help(Lang::Vi)))).into_response()
}

async fn board(State(pages): Centre) -> Response {
    let Day { site, board, .. } = match pages.read(|day, _| Ok(day)).await {
        Ok(day) => day,
        Err(error) => return away(&error),
    };
    let waiting: Vec<_> = site
        .services
        .iter()
        .map(|s| serde_json::json!({"service": s.id, "waiting": board.waiting(&s.id)}))
        .collect();
    let recent: Vec<_> = calls(&board)
        .map(|shown| {
            serde_json::json!({"number": shown.number, "counter": shown.counter,
                "label": label(&site, &shown.counter), "seq": shown.seq})
        })
        .collect();
    let day = board.day.to_string();
    Json(serde_json::json!({"day": day, "seq": board.seq, "waiting": waiting, "recent": recent}))
        .into_response()
}

async fn hall(State(pages): Centre) -> Response {
    let Day { site, board, .. } = match pages.read(|day, _| Ok(day)).await {
        Ok(day) => day,
        Err(error) => return away(&error),
    };
    let rows: String = calls(&board)
        .map(|shown| {
            let (number, counter) = (&shown.number, label(&site, &shown.counter));
            format!("<tr><td>{}<td>quầy {}", escape(&number.to_string()), escape(counter))
        })
        .collect();
    let body = if rows.is_empty() {
        "<p>Chưa có số được gọi.".to_owned()
    } else {
        format!("<table>{rows}</table>")
    };
    page(&site.name.vi, &body).into_response()
}

/// The last calls that still stand.
fn calls(board: &Board) -> impl Iterator<Item = &queue::Shown> {
    board.recent.iter().filter(|shown| !shown.undone).take(CALLS_MAX)
}

/// What the counter is called in the hall; its code when the site has forgotten it since.
fn label<'a>(site: &'a Site, counter: &'a CounterId) -> &'a str {
    site.counter(counter).map_or(counter.as_str(), |counter| counter.label())
}

/// A visitor's turn: `yyyymmdd-H042`, as the slip's code has it.
async fn turn(State(pages): Centre, Path(turn): Path<String>) -> Response {
    let read = pages.read(move |day, kept| {
        let parsed = turn.split_once('-').and_then(|(of, number)| {
            Some((BusinessDay(of.parse().ok()?), day.site.number(number)?))
        });
        let Some((of, number)) = parsed else { return Ok((day, None)) };
        let Some(ticket) = kept.store()?.ticket(of, &number)? else { return Ok((day, None)) };
        let past = of != day.board.day;
        let told = if ticket.state == TicketState::Waiting && !past {
            told(&day, kept.experience(day.now)?, &ticket)
        } else {
            None
        };
        let words = status(&day, &ticket, past, told);
        Ok((day, Some(words)))
    });
    match read.await {
        Err(error) => away(&error),
        Ok((day, None)) => {
            let body = "<p>Không tìm thấy số này.";
            (StatusCode::NOT_FOUND, page(&day.site.name.vi, body)).into_response()
        }
        Ok((day, Some(words))) => page(&day.site.name.vi, &words).into_response(),
    }
}

/// The wait that can be told a visitor now, as on the kiosk and the slip.
fn told(day: &Day, experience: &Experience, ticket: &Ticket) -> Option<Range> {
    let wall = day.site.wall_clock().ok()?;
    let asker = Asker::holder(ticket);
    let estimate = experience.estimate(&day.board, &day.site, &wall, &asker, day.now);
    estimate.ok().map(|estimate| estimate.range)
}

fn status(day: &Day, ticket: &Ticket, past: bool, told: Option<Range>) -> String {
    let counter = ticket.counter.as_ref().map(|id| escape(label(&day.site, id)));
    let counter = counter.unwrap_or_default();
    let over = "Số đã hết hiệu lực.".to_owned();
    let words = match ticket.state {
        // Nobody closed the day yet, but it is over.
        _ if past && !ticket.state.ended() => over,
        TicketState::Waiting => match day.board.ahead_of(ticket) {
            0 => "Sắp đến lượt ông/bà.".to_owned(),
            ahead => format!("Còn {ahead} người trước ông/bà."),
        },
        TicketState::Called => format!("Mời ông/bà đến quầy {counter}."),
        TicketState::Serving => format!("Đang phục vụ tại quầy {counter}."),
        TicketState::Parked => "Số đang tạm giữ.".to_owned(),
        TicketState::NoShow => "Đã lỡ lượt. Mời báo Quầy hướng dẫn.".to_owned(),
        TicketState::Served => "Đã phục vụ xong.".to_owned(),
        TicketState::Cancelled | TicketState::Void => over,
    };
    let told =
        told.map(|range| format!("<p>Thời gian chờ dự kiến: {}.", expected(Lang::Vi, range)));
    format!("<h2>{}</h2><p>{words}{}", escape(&ticket.number.to_string()), told.unwrap_or_default())
}

fn page(title: &str, body: &str) -> Html<String> {
    let title = escape(title);
    Html(format!(
        "<!doctype html><html lang=vi><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <meta http-equiv=refresh content=15><title>{title}</title>\
         <style>body{{font:18px 'Noto Sans',sans-serif;margin:0;background:#F2F4F8;color:#0D1D38}}\
         h1{{background:#0F2B52;color:#fff;margin:0;padding:16px;font-size:20px;border-bottom:4px solid #F4B72F}}\
         h2{{font-size:96px;margin:24px 16px 0}}p{{margin:16px;font-size:28px}}\
         table{{margin:16px;font-size:32px;font-weight:700;border-spacing:24px 8px}}</style>\
         <h1>{title}</h1>{body}"
    ))
}

/// Names come from a file, but a page never trusts a text.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
