//! What judges exercise 08: `cargo test -p exercise-08`.

#![forbid(unsafe_code)]

use std::fs;
use std::process::ExitCode;

use judge::html::{between, unescaped};
use judge::standing::{self, a_bad_or_a_taken_port_is_said_in_one_line, must_be_refusal};
use judge::{Answer, Failure, Folder, Judge, Request, Verdict, encoded, judge};
use sea_orm::{ConnectionTrait, Database, DbErr};

fn main() -> ExitCode {
    let tests = judge::tests_of! {
        "cups": [
            the_form_asks_for_the_cups,
            an_order_keeps_its_cups,
            what_is_no_number_is_an_error_at_its_field,
            orders_that_were_there_have_one_cup,
            the_site_starts_again_on_its_database,
            an_order_by_the_api_is_still_taken,
            what_a_form_must_not_hold_is_still_refused,
        ],
        "guests": [
            the_admin_lists_the_guests,
            a_level_is_one_of_three,
            the_search_looks_at_names,
            a_guest_is_changed_and_deleted,
            what_is_wrong_is_said_at_its_field,
            no_form_sets_the_visits,
            who_is_not_staff_gets_nothing,
            orders_and_teas_are_still_in_the_admin,
            a_bad_or_a_taken_port_is_said_in_one_line,
            ctrl_c_ends_the_server_with_status_0,
        ],
        "portions": [
            a_new_order_takes_a_portion,
            it_does_not_matter_who_saves,
            a_changed_order_takes_nothing,
            an_order_that_is_refused_takes_nothing,
            there_are_never_fewer_than_no_portions,
            the_last_portion_takes_the_tea_off_the_menu,
            the_staff_can_use_it_up_too,
            what_is_back_on_the_menu_is_for_the_staff_to_say,
        ],
    };
    judge(
        include_str!("../exercise.toml"),
        judge::own_server!(),
        tests,
    )
}

type Fields<'a> = &'a [(&'a str, &'a str)];

/// A form, as a browser sends it.
fn form(target: &str, fields: Fields) -> Request {
    let fields = fields.iter();
    let fields: Vec<String> = fields
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    Request::form(target, &fields.join("&"))
}

/// The database is in memory unless a test says otherwise.
fn in_memory(judge: &mut Judge) {
    judge.set("DATABASE_URL", "sqlite::memory:");
}

/// One of the staff, with a browser.
struct Staff {
    cookie: String,
}

impl Staff {
    /// Starts the site on an empty database, and logs in.
    fn of(judge: &mut Judge) -> Result<Staff, Failure> {
        in_memory(judge);
        Staff::at(judge)
    }

    /// Starts the site, and logs in.
    fn at(judge: &mut Judge) -> Result<Staff, Failure> {
        let password = format!("{} {}", judge.draw.word(), judge.draw.word());
        judge.set("STAFF_PASSWORD", &password);
        let answer = judge.ask(&form("/admin/login/", &[("password", &password)]))?;
        let line = "The password in STAFF_PASSWORD is what the staff log in with.";
        answer.must_be(302, line)?;
        let cookie = answer.header("set-cookie").unwrap_or_default();
        let cookie = cookie.split(';').next().unwrap_or_default().to_string();
        Ok(Staff { cookie })
    }

    fn get(&self, judge: &mut Judge, target: &str) -> Result<Answer, Failure> {
        judge.ask(&Request::get(target).header("Cookie", &self.cookie))
    }

    fn post(&self, judge: &mut Judge, target: &str, fields: Fields) -> Result<Answer, Failure> {
        judge.ask(&form(target, fields).header("Cookie", &self.cookie))
    }

    /// The list of a model.
    fn list(&self, judge: &mut Judge, model: &str, line: &str) -> Result<Answer, Failure> {
        let list = self.get(judge, &format!("/admin/core/{model}/"))?;
        list.must_be(200, line)?;
        Ok(list)
    }

    /// Adds a row, which the list shows afterwards by this name; its id.
    fn add(
        &self,
        judge: &mut Judge,
        (model, name): (&str, &str),
        fields: Fields,
        line: &str,
    ) -> Result<u64, Failure> {
        let target = format!("/admin/core/{model}/add/");
        self.post(judge, &target, fields)?.must_be(302, line)?;
        self.id(judge, model, name, line)
    }

    fn id(&self, judge: &mut Judge, model: &str, name: &str, line: &str) -> Result<u64, Failure> {
        let list = self.list(judge, model, line)?;
        let found = row(&list.text(), model, name);
        let wanted = format!("a row {name:?}, with a link to change it");
        found.map_or_else(|| Err(list.fail(wanted, line)), |row| Ok(row.id))
    }

    /// The page to change a row.
    fn row(&self, judge: &mut Judge, model: &str, id: u64, line: &str) -> Result<Answer, Failure> {
        let page = self.get(judge, &format!("/admin/core/{model}/{id}/change/"))?;
        page.must_be(200, line)?;
        Ok(page)
    }

    /// A tea that nobody else orders.
    fn add_tea(&self, judge: &mut Judge, portions: u64) -> Result<Tea, Failure> {
        let name = format!("{} {}", judge.draw.word(), judge.draw.name());
        let line = "The staff can add a tea.";
        let fields = [
            ("name", name.as_str()),
            ("portions", &portions.to_string()),
            ("on_menu", "yes"),
        ];
        let id = self.add(judge, ("tea", &name), &fields, line)?;
        Ok(Tea { id, name })
    }
}

// As much of HTML as the pages of the site need.

/// A row of the admin's list.
#[derive(Debug)]
struct Row {
    id: u64,
    /// What stands in the other columns.
    cells: Vec<String>,
}

/// The row that the list calls by this name.
fn row(page: &str, model: &str, name: &str) -> Option<Row> {
    page.split("<tr>").find_map(|line| {
        let (_, line) = line.split_once(&format!("<a href=\"/admin/core/{model}/"))?;
        let (id, rest) = line.split_once("/change/\">")?;
        let (label, rest) = rest.split_once("</a></td>")?;
        let cells = rest.split("<td>").skip(1);
        let cells = cells.map(|cell| cell.split('<').next().unwrap_or_default());
        Some(Row {
            id: id.parse().ok()?,
            cells: cells.map(unescaped).collect(),
        })
        .filter(|_| unescaped(label) == name)
    })
}

/// The tag of the input of that name, and what comes behind it.
fn input<'a>(page: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let at = page.find(&format!(" name=\"{name}\""))?;
    let start = page[..at].rfind('<')?;
    page[start..].split_once('>')
}

/// The value of an input.
fn value(page: &str, name: &str) -> Option<String> {
    let (tag, _) = input(page, name)?;
    between(tag, " value=\"", "\"").map(unescaped)
}

/// What can be chosen in a select, but for the empty line.
fn choices(page: &str, name: &str) -> Vec<String> {
    let Some((tag, rest)) = input(page, name).filter(|(tag, _)| tag.starts_with("<select")) else {
        return Vec::new();
    };
    let _ = tag;
    let options = rest.split("</select>").next().unwrap_or_default();
    let values = options.split("<option value=\"").skip(1);
    let values = values.filter_map(|option| option.split('"').next());
    let values = values.filter(|value| !value.is_empty());
    values.map(unescaped).collect()
}

/// What is said to be wrong with a field.
fn error(page: &str, name: &str) -> Option<String> {
    between(page, &format!("id=\"id_{name}_error\">"), "</p>").map(unescaped)
}

/// The form comes again, with 422, and says something at this field.
fn must_be_wrong_at(answer: &Answer, name: &str, line: &str) -> Verdict {
    answer.must_be(422, line)?;
    let expected = format!("a sentence in the element id_{name}_error");
    answer.must(error(&answer.text(), name).is_some(), expected, line)
}

// The task `cups`.

/// Sends the form for an order.
fn order(judge: &mut Judge, guest: &str, tea: &str, cups: &str) -> Result<Answer, Failure> {
    let fields = [("guest", guest), ("tea_id", tea), ("cups", cups)];
    judge.ask(&form("/orders/add/", &fields))
}

/// The number of cups that a form shows is this.
fn must_have_cups(page: &Answer, cups: &str, line: &str) -> Verdict {
    let is_so = value(&page.text(), "cups").as_deref() == Some(cups);
    page.must(
        is_so,
        format!("an input `cups` with the value {cups}"),
        line,
    )
}

fn the_form_asks_for_the_cups(judge: &mut Judge) -> Verdict {
    let staff = Staff::of(judge)?;
    let line = "The form for an order asks for the cups, as for any other field of the model.";
    for page in [
        judge.get("/orders/add/")?,
        staff.get(judge, "/admin/core/order/add/")?,
    ] {
        page.must_be(
            200,
            "The form for an order is there, before and after your change.",
        )?;
        let text = page.text();
        let tag = input(&text, "cups").map(|(tag, _)| tag);
        page.must(tag.is_some(), "an input `cups`", line)?;
        let line =
            "Cups are a whole number, and without them there is no order: the input says both.";
        let is_so = tag.is_some_and(|tag| {
            tag.contains(" type=\"number\"") && tag.split([' ', '=']).any(|word| word == "required")
        });
        page.must(is_so, "an input `cups` of the type number, required", line)?;
    }
    Ok(())
}

fn an_order_keeps_its_cups(judge: &mut Judge) -> Verdict {
    let staff = Staff::of(judge)?;
    let names = judge.draw.names(2);
    let cups = judge.draw.number(2, 90).to_string();
    let line = "An order is for as many cups as the form said: the admin shows them, in the form of the order.";
    order(judge, &names[0], "2", &cups)?.must_be(302, line)?;
    let id = staff.id(judge, "order", &names[0], line)?;
    must_have_cups(&staff.row(judge, "order", id, line)?, &cups, line)?;

    let line = "The staff can change the cups of an order.";
    let more = judge.draw.number(100, 900).to_string();
    let fields = [
        ("guest", names[0].as_str()),
        ("tea_id", "2"),
        ("cups", &more),
    ];
    let target = format!("/admin/core/order/{id}/change/");
    staff.post(judge, &target, &fields)?.must_be(302, line)?;
    must_have_cups(&staff.row(judge, "order", id, line)?, &more, line)?;

    let line = "A program that knows nothing about cups orders one.";
    let id = api_order(judge, &names[1], 1)?;
    must_have_cups(&staff.row(judge, "order", id, line)?, "1", line)
}

fn what_is_no_number_is_an_error_at_its_field(judge: &mut Judge) -> Verdict {
    in_memory(judge);
    let (guest, word) = (judge.draw.name(), judge.draw.word());
    let line = "That is not a whole number of cups. The form is shown again with 422 and says so at the field, and nothing is kept.";
    for cups in [word.as_str(), "", "1.5", "2 cups", "99999999999"] {
        let answer = order(judge, &guest, "3", cups)?;
        must_be_wrong_at(&answer, "cups", line)?;
    }
    let line = "What was refused is not kept.";
    let orders = judge.get("/orders/")?;
    let is_kept = orders.text().contains(&guest);
    orders.must(!is_kept, format!("no order of {guest}"), line)
}

const OLD: &str = r#"
CREATE TABLE "seaql_migrations" ( "version" varchar NOT NULL PRIMARY KEY, "applied_at" integer NOT NULL );
CREATE TABLE "teas" ( "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(40) NOT NULL UNIQUE, "portions" integer NOT NULL, "on_menu" boolean NOT NULL );
CREATE TABLE "orders" ( "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "guest" varchar(40) NOT NULL, "tea_id" integer NOT NULL, FOREIGN KEY ("tea_id") REFERENCES "teas" ("id") ON DELETE CASCADE );
CREATE TABLE "guests" ( "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(60) NOT NULL UNIQUE, "level" varchar(20) NOT NULL, "favorite_id" integer NULL, "visits" integer NOT NULL DEFAULT 0, FOREIGN KEY ("favorite_id") REFERENCES "teas" ("id") ON DELETE CASCADE );
INSERT INTO "seaql_migrations" VALUES ('m0001_house', 1767225600);
INSERT INTO "teas" VALUES (1, 'Assam', 12, true), (2, 'Oolong', 12, true), (3, 'Sencha', 12, true);
"#;

/// The file of a database that a program without cups has made: the starter, with an order of each guest.
fn old_database(guests: &[String]) -> Vec<u8> {
    let orders = guests.iter().zip(1..);
    let orders = orders.map(|(guest, at)| {
        let tea = 1 + at % 3;
        format!("INSERT INTO \"orders\" VALUES ({at}, '{guest}', {tea});\n")
    });
    let sql = format!("{OLD}{}", orders.collect::<String>());
    let folder = Folder::own();
    let file = folder.path(DATABASE);
    let filled = async {
        let db = Database::connect(format!("{}?mode=rwc", url(&folder))).await?;
        db.execute_unprepared(&sql).await?;
        db.close().await
    };
    let runtime = tokio::runtime::Runtime::new().expect("threads can be started");
    let filled: Result<(), DbErr> = runtime.block_on(filled);
    filled.expect("a new database can be filled");
    fs::read(file).expect("the database is a file")
}

const DATABASE: &str = "house.sqlite3";

fn url(folder: &Folder) -> String {
    format!("sqlite:{}", folder.path(DATABASE).display())
}

fn orders_that_were_there_have_one_cup(judge: &mut Judge) -> Verdict {
    let count = judge.draw.number(2, 5) as usize;
    let guests = judge.draw.names(count);
    let old = Folder::with(&[(DATABASE, &old_database(&guests))]);
    judge.set("DATABASE_URL", &url(&old));
    let staff = Staff::at(judge)?;
    let line = "This database is older than your change: it has orders, and has already taken the first step. They stay, and were for one cup each.";
    for (guest, at) in guests.iter().zip(1..) {
        let page = staff.row(judge, "order", at, line)?;
        let text = page.text();
        let is_kept = value(&text, "guest").as_ref() == Some(guest);
        page.must(is_kept, format!("the order of {guest}"), line)?;
        let tea = format!("<option value=\"{}\" selected>", 1 + at % 3);
        page.must(text.contains(&tea), "the tea that was ordered", line)?;
        must_have_cups(&page, "1", line)?;
    }
    let line = "An old database takes new orders.";
    let newer = format!("{}x", guests[0]);
    order(judge, &newer, "1", "4")?.must_be(302, line)?;
    let id = staff.id(judge, "order", &newer, line)?;
    must_have_cups(&staff.row(judge, "order", id, line)?, "4", line)?;
    in_memory(judge); // the server lets go of the file
    Ok(())
}

fn the_site_starts_again_on_its_database(judge: &mut Judge) -> Verdict {
    let new = Folder::with(&[]);
    let names = judge.draw.names(3);
    let line =
        "The site is stopped and started on the same database, and each order is still there.";
    for (at, name) in names.iter().enumerate() {
        judge.set("DATABASE_URL", &url(&new));
        order(judge, name, "1", "2")?.must_be(302, "An order is taken: 302.")?;
        let orders = judge.get("/orders/")?;
        orders.must_be(200, line)?;
        for name in &names[..=at] {
            let is_there = orders.text().contains(name.as_str());
            orders.must(is_there, format!("the order of {name}"), line)?;
        }
    }
    in_memory(judge);
    Ok(())
}

/// Orders as a program does; the id.
fn api_order(judge: &mut Judge, guest: &str, tea: u64) -> Result<u64, Failure> {
    let answer = ask_api(judge, guest, tea)?;
    let line = "A program orders by a name and a tea, and learns the number of its order: 201.";
    answer.must_be(201, line)?;
    let id = answer.json()?["id"].as_u64();
    id.ok_or_else(|| answer.fail("{\"id\": …}", line))
}

fn ask_api(judge: &mut Judge, guest: &str, tea: u64) -> Result<Answer, Failure> {
    let json = format!("{{\"guest\": \"{guest}\", \"tea_id\": {tea}}}");
    let request = Request::new("POST", "/api/orders").header("Content-Type", "application/json");
    judge.ask(&request.body(json.as_bytes()))
}

fn an_order_by_the_api_is_still_taken(judge: &mut Judge) -> Verdict {
    in_memory(judge);
    let guest = judge.draw.name();
    api_order(judge, &guest, 2)?;
    let orders = judge.get("/orders/")?;
    let line = "What a program has ordered is in the list of orders.";
    let is_there = orders.text().contains(&format!("{guest}: Oolong"));
    orders.must(is_there, format!("{guest}: Oolong"), line)?;
    let long = format!("{guest:x<41}");
    for (guest, tea, status) in [("", 1, 422), (&long, 1, 422), (&guest, 9999, 409)] {
        let answer = ask_api(judge, guest, tea)?;
        let line = "What cannot be ordered is refused, and a sentence says why.";
        must_be_refusal(&answer, &[status], line)?;
    }
    Ok(())
}

fn what_a_form_must_not_hold_is_still_refused(judge: &mut Judge) -> Verdict {
    in_memory(judge);
    let guest = judge.draw.name();
    let line = "A guest has a name of at most 40 characters.";
    for name in ["", "  ", &format!("{guest:é<41}")] {
        must_be_wrong_at(&order(judge, name, "1", "1")?, "guest", line)?;
    }
    let longest = format!("{guest:é<40}");
    order(judge, &longest, "1", "1")?.must_be(302, line)?;
    let line = "There is no such tea: 422, and no order.";
    must_be_wrong_at(&order(judge, &guest, "", "1")?, "tea_id", line)?;
    order(judge, &guest, "9999", "1")?.must_be(422, line)?;
    let line = "What is not text is refused: 400.";
    for body in ["guest=%00&tea_id=1&cups=1", "guest=%FF&tea_id=1&cups=1"] {
        let answer = judge.ask(&Request::form("/orders/add/", body))?;
        must_be_refusal(&answer, &[400], line)?;
    }
    let line = "A page that there is not: 404. A method that a page does not answer: 405.";
    must_be_refusal(&judge.get(&format!("/{guest}"))?, &[404], line)?;
    let answer = judge.ask(&Request::new("DELETE", "/orders/"))?;
    must_be_refusal(&answer, &[405], line)
}

// The task `guests`.

/// Adds a guest whose favorite is the Oolong.
fn add_guest(
    staff: &Staff,
    judge: &mut Judge,
    name: &str,
    level: &str,
    line: &str,
) -> Result<u64, Failure> {
    let fields = [("name", name), ("level", level), ("favorite_id", "2")];
    staff.add(judge, ("guest", name), &fields, line)
}

fn the_admin_lists_the_guests(judge: &mut Judge) -> Verdict {
    let staff = Staff::of(judge)?;
    let line = "The guests are in the admin, under the name `guest`.";
    let index = staff.get(judge, "/admin/")?;
    let link = "/admin/core/guest/";
    index.must(
        index.text().contains(link),
        format!("a link to {link}"),
        line,
    )?;
    staff.list(judge, "guest", line)?;

    let (name, word) = (judge.draw.foreign(), judge.draw.word());
    let name = format!("{name} <{word}> & \"Co\"");
    let level = judge.draw.one_of(&["new", "regular", "friend"]);
    let line = "The staff add a guest, and the list calls the guest by name.";
    add_guest(&staff, judge, &name, level, line)?;
    let list = staff.list(judge, "guest", line)?;
    let row = row(&list.text(), "guest", &name);
    let cells = row.map(|row| row.cells).unwrap_or_default();
    let line = "The list shows the level, the favorite by its name, and the visits, in this order. A guest who is new has none.";
    let is_so = cells.starts_with(&[level.into(), "Oolong".into(), "0".into()]);
    list.must(is_so, format!("the cells {level}, Oolong, 0"), line)?;

    let line = "A guest need not have a favorite.";
    let without = judge.draw.name();
    let fields = [("name", without.as_str()), ("level", level)];
    staff.add(judge, ("guest", &without), &fields, line)?;
    Ok(())
}

fn a_level_is_one_of_three(judge: &mut Judge) -> Verdict {
    let staff = Staff::of(judge)?;
    let line = "The form offers the three levels in a select, in this order.";
    let page = staff.get(judge, "/admin/core/guest/add/")?;
    page.must_be(200, "The staff find a form for one more guest.")?;
    let levels = ["new", "regular", "friend"];
    let is_so = choices(&page.text(), "level") == levels;
    page.must(is_so, "a select `level`: new, regular, friend", line)?;
    let names = judge.draw.names(4);
    let line = "Each of the three levels will do.";
    for (name, level) in names.iter().zip(levels) {
        let id = add_guest(&staff, judge, name, level, line)?;
        let page = staff.row(judge, "guest", id, line)?;
        let selected = format!("<option value=\"{level}\" selected>");
        page.must(page.text().contains(&selected), selected, line)?;
    }
    let line = "A browser offers three levels, and a client may send anything. Anything else is an error at its field, and is not kept.";
    let word = judge.draw.word();
    for level in [word.as_str(), "Friend", "new regular", ""] {
        let fields = [("name", names[3].as_str()), ("level", level)];
        let answer = staff.post(judge, "/admin/core/guest/add/", &fields)?;
        must_be_wrong_at(&answer, "level", line)?;
    }
    let list = staff.list(judge, "guest", line)?;
    let is_kept = list.text().contains(&names[3]);
    list.must(!is_kept, format!("no guest {}", names[3]), line)
}

fn the_search_looks_at_names(judge: &mut Judge) -> Verdict {
    let staff = Staff::of(judge)?;
    let (word, names) = (judge.draw.word(), judge.draw.names(3));
    let guests = [
        format!("{} {word}", names[0]),
        format!("{word}50% {}", names[1]),
        names[2].clone(),
    ];
    for (guest, level) in guests.iter().zip(["friend", "regular", "regular"]) {
        add_guest(&staff, judge, guest, level, "The staff add a guest.")?;
    }
    let line = "The list of guests has a search.";
    let list = staff.list(judge, "guest", line)?;
    list.must(input(&list.text(), "q").is_some(), "an input `q`", line)?;
    let line = "The search finds the guests who have this in their name, and no one else.";
    for (search, found) in [
        (word.as_str(), &[true, true, false][..]),
        (&names[2], &[false, false, true]),
        ("50%", &[false, true, false]),
        ("friend", &[false, false, false]),
        ("Oolong", &[false, false, false]),
        ("", &[true, true, true]),
    ] {
        let target = format!("/admin/core/guest/?q={}", encoded(search));
        let page = staff.get(judge, &target)?;
        page.must_be(200, line)?;
        for (guest, wanted) in guests.iter().zip(found) {
            let is_there = row(&page.text(), "guest", guest).is_some();
            let no = if *wanted { "the" } else { "no" };
            page.must(is_there == *wanted, format!("{no} guest {guest:?}"), line)?;
        }
    }
    Ok(())
}

fn a_guest_is_changed_and_deleted(judge: &mut Judge) -> Verdict {
    let staff = Staff::of(judge)?;
    let names = judge.draw.names(3);
    let line = "The staff can change a guest.";
    let id = add_guest(&staff, judge, &names[0], "new", line)?;
    let other = add_guest(&staff, judge, &names[1], "regular", line)?;
    let target = format!("/admin/core/guest/{id}/change/");
    let fields = [
        ("name", names[2].as_str()),
        ("level", "friend"),
        ("favorite_id", "3"),
    ];
    staff.post(judge, &target, &fields)?.must_be(302, line)?;
    let list = staff.list(judge, "guest", line)?;
    let changed = row(&list.text(), "guest", &names[2]);
    let is_so = changed.is_some_and(|row| {
        row.id == id && row.cells.starts_with(&["friend".into(), "Sencha".into()])
    });
    let expected = format!("{}, a friend, of the Sencha", names[2]);
    list.must(is_so, expected, line)?;

    let line = "The staff can delete a guest. GET asks, POST does it, and the others stay.";
    let target = format!("/admin/core/guest/{id}/delete/");
    let page = staff.get(judge, &target)?;
    page.must_be(200, line)?;
    page.must(
        page.text().contains(&names[2]),
        "the name of the guest",
        line,
    )?;
    staff.id(judge, "guest", &names[2], line)?;
    staff.post(judge, &target, &[])?.must_be(302, line)?;
    let target = format!("/admin/core/guest/{id}/change/");
    staff.get(judge, &target)?.must_be(404, line)?;
    staff.row(judge, "guest", other, line)?;
    Ok(())
}

fn what_is_wrong_is_said_at_its_field(judge: &mut Judge) -> Verdict {
    let staff = Staff::of(judge)?;
    let name = judge.draw.name();
    let line = "The staff add a guest, with a name of up to 60 characters, which may be more bytes than that.";
    let longest = format!("{name:é<60}");
    add_guest(&staff, judge, &name, "new", line)?;
    add_guest(&staff, judge, &longest, "new", line)?;
    let add = "/admin/core/guest/add/";
    let line = "This name cannot be: it is empty, too long, or another guest's. The field says so.";
    for name in ["", " ", &format!("{name:é<61}"), &name] {
        let answer = staff.post(judge, add, &[("name", name), ("level", "new")])?;
        must_be_wrong_at(&answer, "name", line)?;
    }
    let line = "There is no such tea.";
    let (name, word) = (format!("{name}x"), judge.draw.word());
    let fields = [
        ("name", name.as_str()),
        ("level", "new"),
        ("favorite_id", &word),
    ];
    must_be_wrong_at(&staff.post(judge, add, &fields)?, "favorite_id", line)?;
    let fields = [
        ("name", name.as_str()),
        ("level", "new"),
        ("favorite_id", "9999"),
    ];
    staff.post(judge, add, &fields)?.must_be(422, line)
}

fn no_form_sets_the_visits(judge: &mut Judge) -> Verdict {
    let staff = Staff::of(judge)?;
    let page = staff.get(judge, "/admin/core/guest/add/")?;
    page.must_be(200, "The staff find a form for one more guest.")?;
    let line =
        "The house counts the visits. No form asks for them, and what is sent anyway is ignored.";
    let has_input = input(&page.text(), "visits").is_some();
    page.must(!has_input, "no input `visits`", line)?;
    let (name, visits) = (judge.draw.name(), judge.draw.number(5, 99).to_string());
    let fields = [
        ("name", name.as_str()),
        ("level", "new"),
        ("visits", &visits),
    ];
    let id = staff.add(judge, ("guest", &name), &fields, line)?;
    let target = format!("/admin/core/guest/{id}/change/");
    staff.post(judge, &target, &fields)?.must_be(302, line)?;
    let list = staff.list(judge, "guest", line)?;
    let cells = row(&list.text(), "guest", &name).map(|row| row.cells);
    let is_so = cells.is_some_and(|cells| cells.get(2).is_some_and(|visits| visits == "0"));
    list.must(is_so, "no visits: 0", line)
}

fn who_is_not_staff_gets_nothing(judge: &mut Judge) -> Verdict {
    let staff = Staff::of(judge)?;
    let name = judge.draw.name();
    let line = "These pages are for the staff. Others are sent to the login, get nothing and change nothing.";
    let stranger = format!("sessionid={}", judge.draw.word());
    for model in ["guest", "order"] {
        for page in ["", "add/", "1/change/", "1/delete/"] {
            let target = format!("/admin/core/{model}/{page}");
            let fields = [("name", name.as_str()), ("guest", &name), ("level", "new")];
            let fields = [&fields[..], &[("tea_id", "1"), ("cups", "1")]].concat();
            let mut requests = vec![Request::get(&target)];
            if !page.is_empty() {
                requests.push(form(&target, &fields));
            }
            for request in requests {
                for request in [request.clone(), request.header("Cookie", &stranger)] {
                    let answer = judge.ask(&request)?;
                    answer.must_be(302, line)?;
                    answer.must_have("Location", "/admin/login/", line)?;
                }
            }
        }
        let list = staff.get(judge, &format!("/admin/core/{model}/"))?;
        let is_there = list.text().contains(&name);
        list.must(!is_there, format!("no {model} {name}"), line)?;
    }
    let line = "This is not the password: 422, and no cookie.";
    let answer = judge.ask(&form("/admin/login/", &[("password", &name)]))?;
    answer.must_be(422, line)?;
    answer.must(answer.header("set-cookie").is_none(), "no Set-Cookie", line)
}

fn orders_and_teas_are_still_in_the_admin(judge: &mut Judge) -> Verdict {
    let staff = Staff::of(judge)?;
    let name = judge.draw.name();
    let line = "The orders and the teas are in the admin, as before your change.";
    let fields = [("guest", name.as_str()), ("tea_id", "1"), ("cups", "1")];
    staff.add(judge, ("order", &name), &fields, line)?;
    let target = format!("/admin/core/order/?q={name}");
    let list = staff.get(judge, &target)?;
    let cells = row(&list.text(), "order", &name).map(|row| row.cells);
    let is_so = cells.is_some_and(|cells| cells.first().is_some_and(|tea| tea == "Assam"));
    list.must(is_so, format!("{name}, Assam"), line)?;
    let tea = staff.add_tea(judge, 3)?;
    let list = staff.list(judge, "tea", line)?;
    let cells = row(&list.text(), "tea", &tea.name).map(|row| row.cells);
    let is_so = cells.is_some_and(|cells| cells.starts_with(&["3".into(), "yes".into()]));
    list.must(is_so, format!("{}, 3, yes", tea.name), line)?;
    let line = "Orders refer to teas, so the admin deletes none: 404.";
    let target = format!("/admin/core/tea/{}/delete/", tea.id);
    staff.post(judge, &target, &[])?.must_be(404, line)
}

fn ctrl_c_ends_the_server_with_status_0(judge: &mut Judge) -> Verdict {
    in_memory(judge);
    standing::ctrl_c_ends_the_server_with_status_0(judge)
}

// The task `portions`.

struct Tea {
    id: u64,
    name: String,
}

impl Tea {
    /// Sets what the staff can set of it.
    fn set(
        &self,
        judge: &mut Judge,
        staff: &Staff,
        portions: u64,
        on_menu: bool,
        line: &str,
    ) -> Verdict {
        let portions = portions.to_string();
        let mut fields = vec![("name", self.name.as_str()), ("portions", &portions)];
        fields.extend(on_menu.then_some(("on_menu", "yes")));
        let target = format!("/admin/core/tea/{}/change/", self.id);
        let answer = staff.post(judge, &target, &fields);
        let answer = answer.map_err(|failure| failure.because(line))?;
        answer.must_be(302, line)
    }

    /// So many portions are left of it.
    fn must_have(&self, judge: &mut Judge, portions: u64, line: &str) -> Verdict {
        let answer = judge.get("/api/teas")?;
        let teas = answer.json()?;
        let teas = teas.as_array().into_iter().flatten();
        let mut teas = teas.filter(|tea| tea["id"] == self.id);
        let is_so = teas.next().is_some_and(|tea| tea["portions"] == portions);
        answer.must(is_so, format!("{portions} portions of {}", self.name), line)
    }

    /// It is on the first page, or is not.
    fn must_be_on_menu(&self, judge: &mut Judge, on_menu: bool, line: &str) -> Verdict {
        let page = judge.get("/")?;
        page.must_be(200, "The first page is there.")?;
        let is_so = page.text().contains(&format!("<li>{},", self.name)) == on_menu;
        let no = if on_menu { "the tea" } else { "no tea" };
        page.must(is_so, format!("{no} {:?}", self.name), line)
    }

    /// Ordered by the form.
    fn order(&self, judge: &mut Judge, line: &str) -> Verdict {
        let (guest, id) = (judge.draw.name(), self.id.to_string());
        let answer = order(judge, &guest, &id, "1");
        let answer = answer.map_err(|failure| failure.because(line))?;
        answer.must_be(302, line)
    }
}

fn a_new_order_takes_a_portion(judge: &mut Judge) -> Verdict {
    let staff = Staff::of(judge)?;
    let (many, more) = (judge.draw.number(10, 40), judge.draw.number(50, 90));
    let tea = staff.add_tea(judge, many)?;
    let other = staff.add_tea(judge, more)?;
    let line = "A new order takes a portion of its tea.";
    for left in [many - 1, many - 2, many - 3] {
        tea.order(judge, line)?;
        tea.must_have(judge, left, line)?;
    }
    let line = "The portion is one of the tea that was ordered. The others keep theirs, and this one its name and its place.";
    other.must_have(judge, more, line)?;
    tea.must_be_on_menu(judge, true, line)?;
    other.must_be_on_menu(judge, true, line)
}

fn it_does_not_matter_who_saves(judge: &mut Judge) -> Verdict {
    let staff = Staff::of(judge)?;
    let many = judge.draw.number(10, 40);
    let tea = staff.add_tea(judge, many)?;
    let line = "A program orders by the API, and that takes a portion, too: one.";
    let guest = judge.draw.name();
    api_order(judge, &guest, tea.id)?;
    tea.must_have(judge, many - 1, line)?;
    let line = "The staff order in the admin, and that takes a portion, too: one.";
    admin_order(judge, &staff, &tea, line)?;
    tea.must_have(judge, many - 2, line)?;
    let line = "A guest orders by the form, and that takes a portion: one.";
    tea.order(judge, line)?;
    tea.must_have(judge, many - 3, line)
}

/// An order that the staff make; its id.
fn admin_order(judge: &mut Judge, staff: &Staff, tea: &Tea, line: &str) -> Result<u64, Failure> {
    let guest = format!("{} {}", judge.draw.word(), judge.draw.name());
    let id = tea.id.to_string();
    let fields = [("guest", guest.as_str()), ("tea_id", &id), ("cups", "1")];
    staff.add(judge, ("order", &guest), &fields, line)
}

fn a_changed_order_takes_nothing(judge: &mut Judge) -> Verdict {
    let staff = Staff::of(judge)?;
    let many = judge.draw.number(10, 40);
    let tea = staff.add_tea(judge, many)?;
    let line = "The new order has taken a portion.";
    let id = admin_order(judge, &staff, &tea, line)?;
    tea.must_have(judge, many - 1, line)?;
    let line = "This order was there before: the staff have changed the guest's name. The portion was taken when it was new.";
    let target = format!("/admin/core/order/{id}/change/");
    for guest in judge.draw.names(2) {
        let id = tea.id.to_string();
        let fields = [("guest", guest.as_str()), ("tea_id", &id), ("cups", "1")];
        staff.post(judge, &target, &fields)?.must_be(302, line)?;
        tea.must_have(judge, many - 1, line)?;
    }
    Ok(())
}

fn an_order_that_is_refused_takes_nothing(judge: &mut Judge) -> Verdict {
    let staff = Staff::of(judge)?;
    let many = judge.draw.number(10, 40);
    let tea = staff.add_tea(judge, many)?;
    let (guest, id) = (judge.draw.name(), tea.id.to_string());
    let line = "This is not ordered: the form is shown again, the API refuses. Nothing is taken.";
    let long = format!("{guest:x<41}");
    order(judge, &long, &id, "1")?.must_be(422, line)?;
    order(judge, "", &id, "1")?.must_be(422, line)?;
    order(judge, &guest, "9999", "1")?.must_be(422, line)?;
    ask_api(judge, &long, tea.id)?.must_be(422, line)?;
    ask_api(judge, &guest, 9999)?.must_be(409, line)?;
    tea.must_have(judge, many, line)
}

fn there_are_never_fewer_than_no_portions(judge: &mut Judge) -> Verdict {
    let staff = Staff::of(judge)?;
    let tea = staff.add_tea(judge, 2)?;
    let line = "An order is taken even when there is no portion left, and then takes none: 0 portions, not fewer.";
    for left in [1, 0, 0, 0] {
        tea.order(judge, line)?;
        tea.must_have(judge, left, line)?;
    }
    let guest = judge.draw.name();
    api_order(judge, &guest, tea.id)?;
    tea.must_have(judge, 0, line)
}

fn the_last_portion_takes_the_tea_off_the_menu(judge: &mut Judge) -> Verdict {
    let staff = Staff::of(judge)?;
    let many = judge.draw.number(2, 4);
    let tea = staff.add_tea(judge, many)?;
    let other = staff.add_tea(judge, 1)?;
    for left in (0..many).rev() {
        let line = "A tea is on the menu as long as there is a portion.";
        tea.must_be_on_menu(judge, true, line)?;
        let line = "A new order takes a portion of its tea.";
        tea.order(judge, line)?;
        tea.must_have(judge, left, line)?;
    }
    let line =
        "The last portion is gone, so the tea is off the menu: the first page does not show it.";
    tea.must_be_on_menu(judge, false, line)?;
    let line = "This tea has a portion left, and stays on the menu.";
    other.must_be_on_menu(judge, true, line)?;
    let line = "A program has ordered the last portion, so the tea is off the menu.";
    let guest = judge.draw.name();
    api_order(judge, &guest, other.id)?;
    other.must_be_on_menu(judge, false, line)
}

fn the_staff_can_use_it_up_too(judge: &mut Judge) -> Verdict {
    let staff = Staff::of(judge)?;
    let many = judge.draw.number(2, 40);
    let tea = staff.add_tea(judge, many)?;
    let line = "The staff say that no portion is left, so the tea is off the menu, whatever else they say.";
    tea.set(judge, &staff, 0, true, line)?;
    tea.must_have(judge, 0, line)?;
    tea.must_be_on_menu(judge, false, line)?;
    let line = "A tea that has no portion from the start is not on the menu either.";
    let none = staff.add_tea(judge, 0)?;
    none.must_have(judge, 0, line)?;
    none.must_be_on_menu(judge, false, line)
}

fn what_is_back_on_the_menu_is_for_the_staff_to_say(judge: &mut Judge) -> Verdict {
    let staff = Staff::of(judge)?;
    let many = judge.draw.number(5, 40);
    let tea = staff.add_tea(judge, 0)?;
    let line = "There are portions again. Whether the tea is on the menu is what the staff say: here it is not.";
    tea.set(judge, &staff, many, false, line)?;
    tea.must_have(judge, many, line)?;
    tea.must_be_on_menu(judge, false, line)?;
    let line = "There are portions, and the staff put the tea on the menu.";
    tea.set(judge, &staff, many, true, line)?;
    tea.must_have(judge, many, line)?;
    tea.must_be_on_menu(judge, true, line)?;
    let line =
        "The staff may take a tea off the menu that has portions. An order does not bring it back.";
    tea.set(judge, &staff, many, false, line)?;
    tea.order(judge, line)?;
    tea.must_be_on_menu(judge, false, line)
}
