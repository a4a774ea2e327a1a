//! The centre over HTTP: the board for screens and scripts, and a visitor's turn.
//!
//! The one decision of this crate: *a page is a fresh read*. Each request opens the day as it
//! stands; nothing is cached, so no page can show an old turn as a new one.

use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Json, Response};
use axum::routing::get;
use queue::wait::{Asker, Experience, Range};
use queue::{Board, BusinessDay, Lang, Site, State as TicketState, Ticket, Timestamp};
use station::Clock;
use station::words::expected;
use store::{Store, StoreUrl};

/// How many last calls a page shows.
const CALLS_MAX: usize = 12;

/// Serves until the process ends; `told` learns the address, which is another than the one asked
/// for when that ends in `:0`.
///
/// # Errors
/// When the address cannot be listened on.
pub fn serve(url: &StoreUrl, listen: &str, told: impl FnOnce(SocketAddr)) -> io::Result<()> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await?;
        told(listener.local_addr()?);
        axum::serve(listener, router(url.clone())).await
    })
}

/// The pages of one centre.
pub fn router(url: StoreUrl) -> Router {
    Router::new()
        .route("/", get(hall))
        .route("/api/board", get(board))
        .route("/t/{turn}", get(turn))
        .with_state(url)
}

/// Reads the day on a thread that may block.
async fn day(url: StoreUrl) -> Result<(Site, Board), store::Error> {
    let read = tokio::task::spawn_blocking(move || {
        let mut store = Store::open(&url)?;
        let site = store.site()?;
        let board = store.board(Clock::system().now().wall)?;
        Ok((site, board))
    });
    read.await.unwrap_or(Err(store::Error::Away))
}

fn away(error: &store::Error) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, page("Lượt", &escape(&error.help(Lang::Vi)))).into_response()
}

async fn board(State(url): State<StoreUrl>) -> Response {
    match day(url).await {
        Err(error) => away(&error),
        Ok((site, board)) => {
            let waiting: Vec<_> = site
                .services
                .iter()
                .map(|s| serde_json::json!({"service": s.id, "waiting": board.waiting(&s.id)}))
                .collect();
            let recent: Vec<_> = board
                .recent
                .iter()
                .take(CALLS_MAX)
                .map(|shown| serde_json::json!({"number": shown.number, "counter": shown.counter, "seq": shown.seq}))
                .collect();
            let day = board.day.to_string();
            Json(serde_json::json!({"day": day, "seq": board.seq, "waiting": waiting, "recent": recent}))
                .into_response()
        }
    }
}

async fn hall(State(url): State<StoreUrl>) -> Response {
    match day(url).await {
        Err(error) => away(&error),
        Ok((site, board)) => {
            let rows: String = board
                .recent
                .iter()
                .take(CALLS_MAX)
                .map(|shown| {
                    format!("<tr><td>{}<td>quầy {}", shown.number, escape(shown.counter.as_str()))
                })
                .collect();
            let body = if rows.is_empty() {
                "<p>Chưa có số được gọi.".to_owned()
            } else {
                format!("<table>{rows}</table>")
            };
            page(&site.name.vi, &body).into_response()
        }
    }
}

/// A visitor's turn: `yyyymmdd-H042`, as the slip's code has it.
async fn turn(State(url): State<StoreUrl>, Path(turn): Path<String>) -> Response {
    let asked = turn.clone();
    let read = tokio::task::spawn_blocking(move || {
        let mut store = Store::open(&url)?;
        let site = store.site()?;
        let now = Clock::system().now().wall;
        let board = store.board(now)?;
        let parsed = asked
            .split_once('-')
            .and_then(|(day, number)| Some((BusinessDay(day.parse().ok()?), site.number(number)?)));
        let ticket = match parsed {
            Some((day, number)) => store.ticket(day, &number)?,
            None => None,
        };
        let told = match &ticket {
            Some(ticket) if ticket.state == TicketState::Waiting => {
                told(&site, &board, &store.experience(now)?, ticket, now)
            }
            _ => None,
        };
        Ok::<_, store::Error>((site, board, ticket.map(|ticket| (ticket, told))))
    });
    match read.await.unwrap_or(Err(store::Error::Away)) {
        Err(error) => away(&error),
        Ok((site, _, None)) => {
            (StatusCode::NOT_FOUND, page(&site.name.vi, "<p>Không tìm thấy số này."))
                .into_response()
        }
        Ok((site, board, Some((ticket, told)))) => {
            page(&site.name.vi, &status(&board, &ticket, told)).into_response()
        }
    }
}

/// The wait that can be told a visitor now, as on the kiosk and the slip.
fn told(
    site: &Site,
    board: &Board,
    experience: &Experience,
    ticket: &Ticket,
    now: Timestamp,
) -> Option<Range> {
    let wall = site.wall_clock().ok()?;
    let asker = Asker::holder(ticket);
    experience.estimate(board, site, &wall, &asker, now).ok().map(|estimate| estimate.range)
}

fn status(board: &Board, ticket: &Ticket, told: Option<Range>) -> String {
    let counter = ticket.counter.as_ref().map(|c| escape(c.as_str())).unwrap_or_default();
    let words = match ticket.state {
        TicketState::Waiting => match board.ahead_of(ticket) {
            0 => "Sắp đến lượt ông/bà.".to_owned(),
            ahead => format!("Còn {ahead} người trước ông/bà."),
        },
        TicketState::Called => format!("Mời ông/bà đến quầy {counter}."),
        TicketState::Serving => format!("Đang phục vụ tại quầy {counter}."),
        TicketState::Parked => "Số đang tạm giữ.".to_owned(),
        TicketState::NoShow => "Đã lỡ lượt. Mời báo Quầy hướng dẫn.".to_owned(),
        TicketState::Served => "Đã phục vụ xong.".to_owned(),
        TicketState::Cancelled | TicketState::Void => "Số đã hết hiệu lực.".to_owned(),
    };
    let told =
        told.map(|range| format!("<p>Thời gian chờ dự kiến: {}.", expected(Lang::Vi, range)));
    format!("<h2>{}</h2><p>{words}{}", ticket.number, told.unwrap_or_default())
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
