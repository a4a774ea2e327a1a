//! A slip as a picture or as the bytes a printer gets.

use std::fs::File;
use std::io::BufWriter;

use devices::{Painter, Paper, Profile, Profiles, SlipLayout, Width, encode};
use queue::{Lang, Slip};
use station::slip::compose;

use crate::cli::SlipArgs;
use crate::{Desk, Failure, Outcome, act};

fn cannot(what: String, help: &str) -> Failure {
    Failure::Cannot { what, help: help.to_owned() }
}

pub(crate) fn slip(desk: &Desk, args: &SlipArgs) -> Outcome {
    let bad = |error: devices::BadFile| cannot(error.to_string(), "");
    let layout = match &args.layout {
        Some(file) => SlipLayout::load(file).map_err(bad)?,
        None => SlipLayout::built_in().map_err(bad)?,
    };
    let profiles = match &args.profiles {
        Some(file) => Profiles::with(file).map_err(bad)?,
        None => Profiles::built_in().map_err(bad)?,
    };
    if args.check {
        return checked(desk, args, &profiles);
    }
    if let (Some(number), Some(code)) = (&args.number, &args.code) {
        return verified(desk, number, code);
    }
    let width = match args.width {
        576 | 80 => Width::Mm80,
        384 | 58 => Width::Mm58,
        other => return Err(cannot(format!("{other} is no paper width"), "use 80 or 58")),
    };
    let lang = lang(&args.lang)?;
    let slip = match &args.number {
        Some(number) => stored(desk, number, lang)?,
        None => sample(lang),
    };
    let unknown =
        || cannot(format!("{:?} is no profile", args.printer), &profiles.ids().join(", "));
    let profile = profiles.named(&args.printer).ok_or_else(unknown)?;
    let picture = Painter::default().draw(&slip, &layout, Paper::of(profile, width));
    write(args, profile, &picture)?;
    let mm = profile.slip_mm(picture.height());
    if desk.json {
        let drawn = serde_json::json!({"number": slip.number, "width": picture.width(),
            "height": picture.height(), "paper_mm": mm});
        return desk.say(&drawn.to_string());
    }
    let (wide, high) = (picture.width(), picture.height());
    desk.say(&format!("{}: {wide}×{high} dots, {mm} mm of paper", slip.number))
}

fn write(args: &SlipArgs, profile: &Profile, picture: &devices::Bitmap) -> Outcome {
    if let Some(path) = &args.png {
        let file =
            File::create(path).map_err(|e| cannot(format!("{}: {e}", path.display()), ""))?;
        picture.write_png(BufWriter::new(file))?;
    }
    if let Some(path) = &args.escpos {
        let job = encode(picture, *b"0001", profile);
        let job = job.map_err(|error| cannot(error.to_string(), ""))?;
        std::fs::write(path, job.bytes)
            .map_err(|e| cannot(format!("{}: {e}", path.display()), ""))?;
    }
    Ok(())
}

/// Both files were read, or this is not reached.
fn checked(desk: &Desk, args: &SlipArgs, profiles: &Profiles) -> Outcome {
    if desk.json {
        let said = serde_json::json!({"layout": args.layout, "profiles": profiles.ids()});
        return desk.say(&said.to_string());
    }
    let name = args.layout.as_ref().map_or("the built-in slip".into(), |f| f.display().to_string());
    desk.say(&format!("{name}: can be used"))?;
    desk.say(&format!("printers: {}", profiles.ids().join(", ")))
}

/// Whether somebody's slip is one of ours: its code is made anew and compared.
fn verified(desk: &Desk, text: &str, code: &str) -> Outcome {
    let mut store = desk.store()?;
    let number = act::number(&store.site()?, text)?;
    if !store.slip_code_is(&number, code, desk.now())? {
        return Err(Failure::Refused(queue::Refusal::WrongSlipCode { number }));
    }
    if desk.json {
        return desk
            .say(&serde_json::json!({"number": number.to_string(), "genuine": true}).to_string());
    }
    desk.say(&format!("{number}: the code is right, the slip is of today"))
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
    let mut copy = compose(&site, &wall, &ticket, board.ahead_of(&ticket), lang);
    let code = store.slip_code(&number, desk.now())?;
    copy.code = code.map(|code| station::slip::check_code(lang, &code));
    // A slip drawn later is a copy, and says so.
    Ok(copy.copy(station::words::pick(lang, "BẢN IN LẠI", "REPRINT")))
}

/// A slip with everything a slip can bear, among it every stacked capital.
fn sample(lang: Lang) -> Slip {
    let pair = |vi: (&str, &str), en: (&str, &str)| {
        let (a, b) = match lang {
            Lang::Vi => vi,
            Lang::En => en,
        };
        (a.to_owned(), b.to_owned())
    };
    let t = |vi: &str, en: &str| station::words::pick(lang, vi, en).to_owned();
    Slip {
        authority: t("Ủy ban nhân dân tỉnh Yên Bái", "Yên Bái People's Committee"),
        centre: t("Trung tâm Phục vụ hành chính công", "Public Administration Service Centre"),
        title: t("PHIẾU SỐ THỨ TỰ", "QUEUE TICKET"),
        number: "H042".into(),
        copy_mark: None,
        place: t("Quầy 9 hoặc 10", "Counter 9 or 10"),
        zone: t("Khu B – tầng 1", "Zone B – ground floor"),
        service: pair(
            ("Lĩnh vực:", "Tài nguyên và Môi trường"),
            ("Field:", "Natural Resources and Environment"),
        ),
        procedure: t(
            "Cấp đổi Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất",
            "Renewal of the certificate of land use rights and ownership of assets on land",
        ),
        ahead: pair(("Số người chờ trước", "7 người"), ("Ahead of you", "7 people")),
        estimate: Some(pair(("Dự kiến đến lượt", "11:05–11:20"), ("Expected turn", "11:05–11:20"))),
        issued: pair(("Lấy số lúc:", "10:42 ngày 23/11/2026"), ("Issued:", "10:42 on 23/11/2026")),
        code: Some(station::slip::check_code(lang, "4F7-K2M")),
        prepare: Some(pair(
            (
                "Chuẩn bị sẵn:",
                "đơn đăng ký biến động; bản gốc Giấy chứng nhận; bản sao giấy tờ tùy thân.",
            ),
            ("Have ready:", "application form; original certificate; copy of your ID paper."),
        )),
        qr: Some("https://xephang.example.gov.vn/t/20261123-H042".into()),
        qr_words: pair(
            ("Quét mã để theo dõi lượt", "Không cần cài đặt, không cần tên."),
            ("Scan to follow your turn", "No app, no name needed."),
        ),
        foot: vec![
            t(
                "Vui lòng giữ phiếu và chú ý loa, màn hình.",
                "Keep this ticket; watch the screen and listen.",
            ),
            t(
                "Nếu lỡ lượt, mời báo Quầy hướng dẫn để được gọi lại.",
                "Missed your turn? Tell the help desk to be called again.",
            ),
        ],
        foot_bold: t(
            "Mỗi người một số cho một lĩnh vực. Không thu tiền lấy số.",
            "One number per person and field. Numbers are free.",
        ),
        last: t(
            "Phiếu có giá trị trong ngày 23/11/2026. Phản ánh, kiến nghị: 1022. Xin cảm ơn.",
            "Valid on 23/11/2026. Hotline: 1022. Thank you.",
        ),
    }
}
