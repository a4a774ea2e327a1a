use super::*;

#[test]
fn addresses_read_or_are_refused_with_the_forms() {
    assert_eq!("tcp://10.0.0.9".parse(), Ok(LinkUrl::Tcp("10.0.0.9:9100".into())));
    assert_eq!("lp:///dev/luot-printer".parse(), Ok(LinkUrl::Lp("/dev/luot-printer".into())));
    let serial = |baud, flow| LinkUrl::Serial { path: "/dev/ttyUSB0".into(), baud, flow };
    assert_eq!("serial:///dev/ttyUSB0".parse(), Ok(serial(115_200, None)));
    assert_eq!("serial:///dev/ttyUSB0?baud=9600".parse(), Ok(serial(9_600, None)));
    let wired = "serial:///dev/ttyUSB0?flow=software&baud=38400".parse();
    assert_eq!(wired, Ok(serial(38_400, Some(FlowControl::Software))));
    let odd = "serial:///dev/x?parity=even";
    for wrong in ["", "tcp://", "usb://x", "serial:///dev/x?baud=fast", "/dev/lp0", odd] {
        let error = wrong.parse::<LinkUrl>().unwrap_err();
        assert!(error.to_string().contains("lp:///dev/luot-printer"));
    }
}

#[test]
fn a_reader_that_stops_is_stalled_and_says_how_far_it_came() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = LinkUrl::Tcp(listener.local_addr().unwrap().to_string());
    let mut link = Link::open(&url, FlowControl::None, Duration::from_secs(60)).unwrap();
    let (sent, trouble) = link.send(&vec![0; 64 << 20], Duration::from_millis(200)).unwrap_err();
    assert_eq!(trouble.code, Code::Stalled);
    assert!(sent > 0 && sent < 64 << 20);
}
