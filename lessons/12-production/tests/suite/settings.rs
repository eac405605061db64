//! What the environment must say before others may reach the site.

use std::collections::BTreeMap;

use lesson_12::settings::Settings;

const KEY: &str = "n4cIDOB1Hqsm1fUXz6vCe8pFQYtLr2WaJ0KgT9bPyEoMhVd7xyz";

fn read(pairs: &[(&str, &str)]) -> Result<Settings, String> {
    let environment: BTreeMap<&str, &str> = pairs.iter().copied().collect();
    Settings::read(&|name| environment.get(name).map(ToString::to_string))
}

#[test]
fn s61_without_debug_there_is_no_start_without_key_and_hosts() {
    let good = [
        ("DEBUG", "0"),
        ("SECRET_KEY", KEY),
        ("ALLOWED_HOSTS", "notes.example"),
    ];
    let settings = read(&good).expect("these are all that it needs");
    assert_eq!(settings.secret_key, KEY);
    assert!(!settings.debug && !settings.secret_key_is_new);
    let no_key = read(&[good[0], good[2]]).expect_err("there is no key");
    assert!(no_key.contains("SECRET_KEY"), "{no_key}");
    for short in ["", "x", &KEY[..49]] {
        let wrong = read(&[good[0], good[2], ("SECRET_KEY", short)]);
        let wrong = wrong.expect_err("the key is too short");
        assert!(wrong.contains("SECRET_KEY"), "{wrong}");
        assert!(short.len() < 2 || !wrong.contains(short), "it is a secret");
    }
    assert!(read(&[good[0], good[2], ("SECRET_KEY", &KEY[..50])]).is_ok());
    for hosts in [None, Some(""), Some(" , ")] {
        let hosts = hosts.map(|hosts| ("ALLOWED_HOSTS", hosts));
        let pairs: Vec<_> = good[..2].iter().copied().chain(hosts).collect();
        let wrong = read(&pairs).expect_err("there is no host");
        assert!(wrong.contains("ALLOWED_HOSTS"), "{wrong}");
    }
}

#[test]
fn s61_a_developer_needs_to_set_nothing_and_a_short_key_is_refused_there_too() {
    let settings = read(&[]).expect("nothing must be set");
    assert!(settings.debug && settings.secret_key_is_new);
    assert!(settings.secret_key.len() >= 50);
    let other = read(&[]).expect("nothing must be set");
    assert_ne!(settings.secret_key, other.secret_key);
    assert!(read(&[("SECRET_KEY", "short")]).is_err());
    for (name, value) in [("DEBUG", "yes"), ("TLS", "on"), ("TRUSTED_PROXIES", "me")] {
        let wrong = read(&[(name, value)]).expect_err("it means nothing");
        assert!(wrong.contains(name), "{wrong}");
    }
}
