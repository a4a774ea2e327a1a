//! A slip as a picture or as the bytes a printer gets.

use std::fs::File;
use std::io::BufWriter;

use devices::{Confirm, Painter, Width, encode};
use queue::{Lang, Slip};
use station::slip::compose;

use crate::cli::SlipArgs;
use crate::{Desk, Failure, Outcome, act};

pub(crate) fn slip(desk: &Desk, args: &SlipArgs) -> Outcome {
    let cannot = |what: String, help: &str| Failure::Cannot { what, help: help.to_owned() };
    let width = match args.width {
        576 => Width::Mm80,
        384 => Width::Mm58,
        other => return Err(cannot(format!("{other} dots is no paper width"), "use 576 or 384")),
    };
    let lang = lang(&args.lang)?;
    let slip = match &args.number {
        Some(number) => stored(desk, number, lang)?,
        None => sample(),
    };
    let picture = Painter::default().draw(&slip, width);
    if let Some(path) = &args.png {
        let file =
            File::create(path).map_err(|e| cannot(format!("{}: {e}", path.display()), ""))?;
        picture.write_png(BufWriter::new(file))?;
    }
    if let Some(path) = &args.escpos {
        let job = encode(&picture, *b"0001", Confirm::None);
        let job = job.map_err(|error| cannot(error.to_string(), ""))?;
        std::fs::write(path, job.bytes)
            .map_err(|e| cannot(format!("{}: {e}", path.display()), ""))?;
    }
    if desk.json {
        let drawn = serde_json::json!({"number": slip.number, "width": picture.width(), "height": picture.height()});
        return desk.say(&drawn.to_string());
    }
    desk.say(&format!("{}: {}×{} dots", slip.number, picture.width(), picture.height()))
}

/// The language of this code.
pub(crate) fn lang(code: &str) -> Result<Lang, Failure> {
    match code {
        "vi" => Ok(Lang::Vi),
        "en" => Ok(Lang::En),
        other => Err(Failure::Cannot {
            what: format!("{other:?} is not a language here"),
            help: "use vi or en".into(),
        }),
    }
}

fn stored(desk: &Desk, text: &str, lang: Lang) -> Result<Slip, Failure> {
    let mut store = desk.store()?;
    let site = store.site()?;
    let wall = site.wall_clock().map_err(|error| Failure::Cannot {
        what: error.to_string(),
        help: "apply a site with a known time zone".into(),
    })?;
    let number = act::number(&site, text)?;
    let board = store.board(desk.now())?;
    let unknown = || Failure::Refused(queue::Refusal::UnknownNumber { number: number.clone() });
    let ticket = store.ticket(board.day, &number)?.ok_or_else(unknown)?;
    let copy = compose(&site, &wall, &ticket, board.ahead_of(&ticket), lang);
    // A slip drawn later is a copy, and says so.
    Ok(copy.copy(station::words::pick(lang, "BẢN IN LẠI", "REPRINT")))
}

/// A slip with everything a slip can bear, among it every stacked capital.
fn sample() -> Slip {
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    Slip {
        authority: "Ủy ban nhân dân tỉnh Yên Bái".into(),
        centre: "Trung tâm Phục vụ hành chính công".into(),
        title: "PHIẾU SỐ THỨ TỰ".into(),
        number: "H042".into(),
        copy_mark: None,
        place: "Quầy 9 hoặc 10".into(),
        zone: "Khu B – tầng 1".into(),
        service: pair("Lĩnh vực:", "Tài nguyên và Môi trường"),
        procedure:
            "Cấp đổi Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất"
                .into(),
        ahead: pair("Số người chờ trước", "7 người"),
        estimate: Some(pair("Dự kiến đến lượt", "11:05–11:20")),
        issued: pair("Lấy số lúc:", "10:42 ngày 23/11/2026"),
        prepare: Some(pair(
            "Chuẩn bị sẵn:",
            "đơn đăng ký biến động; bản gốc Giấy chứng nhận; bản sao giấy tờ tùy thân.",
        )),
        qr: Some("https://xephang.example.gov.vn/t/20261123-H042".into()),
        qr_words: pair("Quét mã để theo dõi lượt", "Không cần cài đặt, không cần tên."),
        foot: vec![
            "Vui lòng giữ phiếu và chú ý loa, màn hình.".into(),
            "Nếu lỡ lượt, mời báo Quầy hướng dẫn để được gọi lại.".into(),
        ],
        foot_bold: "Mỗi người một số cho một lĩnh vực. Không thu tiền lấy số.".into(),
        last: "Phiếu có giá trị trong ngày 23/11/2026. Phản ánh, kiến nghị: 1022. Xin cảm ơn."
            .into(),
    }
}
