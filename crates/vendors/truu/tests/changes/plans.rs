use std::collections::BTreeSet;

use rollbook_model::{
    Action, Change, ChangeFate, Directory as _, EffectKind, ErrorKind, UserId, UserSelector,
};
use rollbook_testkit::render;
use rollbook_testkit::sandbox::changes_sent;
use rollbook_testkit::suite::Sent;
use rollbook_truu::Native;
use rollbook_truu::wire::User;
use rollbook_vendor_kit::Flag;

use crate::support::{Tenant, approved, delete_by_email, delete_device, delete_user, id_of, owner, text};

#[tokio::test(start_paused = true)]
async fn a_user_goes_with_all_active_devices() {
    let tenant = Tenant::new();
    let (guid, devices) = tenant.busy_user().await;
    let plan = tenant.plan(&[delete_user(&guid)]).await.remove(0).unwrap();
    let implied: Vec<String> = plan.implied.iter().map(|effect| id_of(&effect.subject)).collect();
    assert_eq!(implied, devices);
    assert!(
        plan.implied
            .iter()
            .all(|effect| effect.kind == EffectKind::Delete && effect.because.is_some())
    );
    assert_eq!(plan.targets.len(), 1);
    assert_eq!(plan.asked.len(), 1);
    let path = format!("/api/v1/system/domainusers/{guid}/");
    assert_eq!(plan.steps.len(), 1);
    assert_eq!(
        (plan.steps[0].method.as_str(), &plan.steps[0].target),
        ("DELETE", &path)
    );
    assert!(plan.steps[0].body.is_none());
    assert_eq!(tenant.changes_sent(), []);
}

#[tokio::test(start_paused = true)]
async fn every_selector_leads_to_the_same_user() {
    let tenant = Tenant::new();
    let users = tenant.users().await;
    let has_all = |user: &&Native<User>| {
        let ids = [&user.guid, &user.user_principal, &user.email];
        ids.iter()
            .all(|id| id.as_deref().is_some_and(|id| !id.is_empty()))
    };
    let user = users.iter().find(has_all).unwrap();
    let [guid, upn, email] = [&user.guid, &user.user_principal, &user.email].map(|id| id.clone().unwrap());
    let tuid = user.tuid.to_string();
    let mut selectors = vec![
        UserSelector::Id(user.tuid.clone()),
        UserSelector::Id(UserId::new(guid.clone()).unwrap()),
        UserSelector::Guid(text(&guid)),
    ];
    for spell in [str::to_lowercase, str::to_uppercase] {
        selectors.push(UserSelector::Upn(text(&spell(&upn))));
        selectors.push(UserSelector::Email(text(&spell(&email))));
        selectors.push(UserSelector::Tuid(text(&spell(&tuid))));
    }
    for selector in selectors {
        let change = Change::DeleteUser(selector.clone());
        let plan = tenant.plan(&[change]).await.remove(0).unwrap();
        let keys: Vec<&Action> = plan.steps.iter().map(|step| &step.action).collect();
        // One address can be that of several users, and then each is a target.
        let expected = Action::DeleteUser {
            key: guid.clone(),
            id: tuid.clone(),
        };
        assert!(keys.contains(&&expected), "{selector:?}: {keys:?}");
        assert_eq!(plan.targets.len(), plan.steps.len());
    }
}

#[tokio::test(start_paused = true)]
async fn a_device_goes_alone() {
    let tenant = Tenant::new();
    let (guid, devices) = tenant.busy_user().await;
    for named in [Some(guid.as_str()), None] {
        let change = delete_device(&devices[0], named);
        let plan = tenant.plan(&[change]).await.remove(0).unwrap();
        let text = render::plan(&plan);
        // Whether the user was named makes no difference to what is done.
        let (_, done) = text.split_once('\n').unwrap();
        let path = format!("/api/v1/system/domainusers/{guid}/devices/{}/", devices[0]);
        let device = &plan.targets[0].subject;
        assert_eq!(
            done,
            format!(
                "fits     {device} [of user {guid}]\nasked    delete {device}\nsends    DELETE {path}\n\
                 note     the user stays enrolled\n"
            )
        );
        assert_eq!(id_of(device), devices[0]);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_already_deleted_is_not_found() {
    let tenant = Tenant::new();
    let (guid, devices) = tenant.busy_user().await;
    let change = delete_device(&devices[0], Some(&guid));
    let plan = tenant.approved(change.clone()).await;
    assert_eq!(tenant.directory.carry_out(&plan).await[0].fate, ChangeFate::Done);
    for named in [Some(guid.as_str()), None] {
        let error = tenant
            .plan(&[delete_device(&devices[0], named)])
            .await
            .remove(0)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.message().ends_with("is already deleted"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn changes_of_one_run_see_each_other() {
    let tenant = Tenant::new();
    let (guid, devices) = tenant.busy_user().await;
    let all = tenant.devices().await;
    let other = all
        .iter()
        .find(|device| owner(device) != guid && device.active == Some(Flag::True))
        .unwrap();
    let (other_guid, other_device) = (owner(other), other.device_id.to_string());
    let changes = [
        delete_device(&devices[0], Some(&guid)),
        delete_device(&devices[0], None),
        delete_user(&guid),
        delete_device(&devices[1], Some(&guid)),
        delete_user(&guid.to_uppercase()),
        delete_device(&other_device, None),
        delete_user(&other_guid),
    ];
    let before = tenant.alive();
    tenant.sandbox.clear_request_log();
    let plans = tenant.plan(&changes).await;
    let walks = tenant.sandbox.request_log();
    let walks = walks
        .iter()
        .filter(|request| request.target == "/api/v1/system/devices/");
    assert_eq!(walks.count(), 1, "the list of devices is read once");

    let mut gone = (BTreeSet::new(), BTreeSet::new());
    let mut steps = Vec::new();
    for (place, plan) in plans.into_iter().enumerate() {
        if let 1 | 3 | 4 = place {
            let error = plan.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotFound);
            assert!(error.message().starts_with("a change before this one"), "{error}");
            continue;
        }
        let plan = approved(plan.unwrap());
        for (effects, is_asked) in [(&plan.asked, true), (&plan.implied, false)] {
            for effect in effects {
                let of_users = is_asked && matches!(plan.change, Change::DeleteUser(_));
                let set = if of_users { &mut gone.0 } else { &mut gone.1 };
                assert!(set.insert(id_of(&effect.subject)), "{effect} is told twice");
            }
        }
        for outcome in tenant.directory.carry_out(&plan).await {
            assert_eq!(outcome.fate, ChangeFate::Done);
        }
        steps.extend(plan.steps.clone());
    }

    let after = tenant.alive();
    let difference = |before: &BTreeSet<String>, after| before.difference(after).cloned().collect();
    assert_eq!(gone.0, difference(&before.0, &after.0));
    assert_eq!(gone.1, difference(&before.1, &after.1));
    let planned: Vec<Sent> = steps.iter().map(Sent::from).collect();
    assert_eq!(changes_sent(&tenant.sandbox), planned);
}

#[tokio::test(start_paused = true)]
async fn nobody_is_not_found_by_what_was_asked() {
    let tenant = Tenant::new();
    let error = tenant
        .plan(&[delete_by_email("nobody@example.com")])
        .await
        .remove(0)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "corp-truu: plan: no user has the email `nobody@example.com`"
    );
    let error = tenant
        .plan(&[delete_device("d", Some("g"))])
        .await
        .remove(0)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "corp-truu: plan: the user with the guid `g` has no device with the id `d`"
    );
    assert_eq!(error.kind(), ErrorKind::NotFound);
}
