//! No secret is in any output, whatever goes wrong and however much is asked for.

mod support;

use support::{CANARY, Home, Scripted, banyan, json, truto, truu};

#[test]
fn no_output_holds_a_secret() {
    let vendors = [
        Scripted::start(|_| {
            json(
                401,
                &format!(r#"{{"message":"{CANARY} is wrong","statusCode":401}}"#),
            )
        }),
        Scripted::truu(|_| json(500, r#"{"detail":"no"}"#)),
        Scripted::truu(|_| support::response(200, "text/html", "<html>")),
        Scripted::truu(|request| {
            if request.contains("/api/v1/endusers") || request.contains("/api/v1/devices") {
                json(200, "[]")
            } else if request.contains("/unified/") {
                json(200, r#"{"result":[],"next_cursor":null}"#)
            } else {
                support::truu_page(1, 1, 0, "")
            }
        }),
    ];
    for (number, vendor) in vendors.iter().enumerate() {
        let url = vendor.base_url();
        let home = Home::new(&(truu("a", &url) + &banyan("b", &url) + &truto("c", &url)));
        for command in [
            "inventory",
            "sources list",
            "sources check",
            "users list",
            "users get x",
            "devices list --native",
        ] {
            for format in ["table", "json --error-format json"] {
                // The whole command once without a word too many, once with every word that there is.
                for verbose in ["", "-vvv"] {
                    if number == 1 && !(command == "users get x" && format == "table") {
                        // A vendor that fails is asked again after a wait: once is enough.
                        continue;
                    }
                    let done = home.run(&format!("{command} -o {format} {verbose}"));
                    let output = format!("{}{}", done.stdout, done.stderr);
                    assert!(
                        !output.contains(CANARY),
                        "{number} {command} {format} {verbose}: {output}"
                    );
                }
            }
        }
    }
}

#[test]
fn every_attempt_is_told_at_the_highest_verbosity() {
    let vendor = Scripted::truu(|_| support::truu_page(1, 1, 0, ""));
    let done = Home::truu(&vendor.base_url()).run("users list -vvv");
    assert!(
        done.stderr.contains("enrolled_users") && done.stderr.contains("TRACE"),
        "{done:?}"
    );
}
