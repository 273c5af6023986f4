"""The application, put together. Read this file to see everything the house answers to."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
from litestar import Litestar, Router
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import CacheControlHeader, State
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig

import certificates
import credentials
import training
from certificates import holdings
from certificates import jobs as certificate_jobs
from certificates.log.pages import LogPages
from certificates.log.routes import LogController, ProofController
from certificates.pages import CertificatePages, ListPages, StatementPages, VerificationPages
from certificates.published.routes import (
    AuthorityController,
    BundleController,
    StatusController,
    TwinController,
)
from certificates.routes import CertificateController, StatementController, VerificationController
from certificates.sharing.pages import SharedPages, SharingPages, WatchPages
from certificates.sharing.routes import ReceiptController, SharingController, WatchController
from credentials import jobs as credential_jobs
from credentials.case_pages import CasePages
from credentials.eligibility.declaring.pages import DeclarationPages, HistoryPages
from credentials.eligibility.office.pages import (
    DeclarationDeskPages,
    DeterminationPages,
    PersonPages,
)
from credentials.eligibility.pages import EligibilityPages, PolicyPages
from credentials.eligibility.routes import EligibilityController, PolicyController
from credentials.eligibility.trials.pages import CheckPages, ImpactPages
from credentials.intake.desk_pages import CheckPages as FormalCheckPages
from credentials.intake.desk_pages import RoundPages
from credentials.intake.employer_pages import EmployerPages
from credentials.intake.pages import FilingPages
from credentials.intake.routes import EmployerController, FilingController, RoundController
from credentials.pages import ApplicationPages
from credentials.panels.assessing_pages import AssessingPages
from credentials.panels.assessor_routes import AssessorController
from credentials.panels.own_pages import OwnResultPages
from credentials.panels.pages import AssessorPages, ObjectionPages, PanelPages
from credentials.panels.public_pages import DrawPages, ResultPages
from credentials.panels.routes import PanelController, ResultController
from credentials.public.pages import ProgressPages
from credentials.routes import ApplicationController, DecisionController, ProgressController
from credentials.standing.pages import DeskPages, HolderPages
from credentials.standing.routes import HolderRequestController, StandingController
from registry import navigation, notices
from registry.integrity import app as integrity
from registry.pages import ProfilePages, PublicPages
from registry.platform import db, outbox
from registry.platform.headers import Site, content_policy, security_headers
from registry.platform.installation import Installation
from registry.platform.origin import SameOriginMiddleware
from registry.platform.permissions import PermissionMiddleware
from registry.platform.proxies import ProxyMiddleware
from registry.platform.sessions import SessionMiddleware
from registry.platform.settings import Settings
from registry.platform.templates import INLINE_SCRIPT_HASH, STATIC, STATIC_PATH, environment
from registry.platform.web import answer_error, provide_caller
from registry.routes import (
    DocumentController,
    PersonController,
    ProfileController,
    SessionController,
    health,
    ready,
)
from training import jobs as training_jobs
from training.bureau_pages import BasePages, FindingPages, StatisticsPages
from training.bureau_routes import AccreditationController, ReviewController
from training.class_pages import ClassPages, CoursePages
from training.class_routes import ClassController, CourseController, ImportController
from training.import_pages import ImportPages
from training.mentor_routes import MentorController, PracticeController
from training.pages import HoursPages
from training.routes import HoursController
from training.statement_pages import CountingPages, MentorPages, PracticePages

API: list[Any] = [
    SessionController,
    ProfileController,
    PersonController,
    DocumentController,
    HoursController,
    AccreditationController,
    CourseController,
    ClassController,
    ImportController,
    ReviewController,
    MentorController,
    PracticeController,
    ApplicationController,
    DecisionController,
    RoundController,
    FilingController,
    EmployerController,
    ProgressController,
    StandingController,
    HolderRequestController,
    AssessorController,
    PanelController,
    ResultController,
    EligibilityController,
    PolicyController,
    *integrity.ROUTES,
    VerificationController,
    CertificateController,
    StatementController,
    ProofController,
    TwinController,
    WatchController,
    SharingController,
    ReceiptController,
    BundleController,
    StatusController,
    AuthorityController,
    LogController,
    health,
    ready,
]
PAGES: list[Any] = [
    PublicPages,
    ProfilePages,
    HoursPages,
    CountingPages,
    PracticePages,
    CoursePages,
    ClassPages,
    ImportPages,
    MentorPages,
    BasePages,
    FindingPages,
    StatisticsPages,
    ApplicationPages,
    FilingPages,
    EmployerPages,
    CasePages,
    FormalCheckPages,
    RoundPages,
    ProgressPages,
    HolderPages,
    DeskPages,
    PanelPages,
    AssessorPages,
    ObjectionPages,
    AssessingPages,
    OwnResultPages,
    ResultPages,
    DrawPages,
    PolicyPages,
    EligibilityPages,
    DeclarationPages,
    HistoryPages,
    DeclarationDeskPages,
    PersonPages,
    DeterminationPages,
    CheckPages,
    ImpactPages,
    *integrity.PAGES,
    VerificationPages,
    CertificatePages,
    StatementPages,
    ListPages,
    WatchPages,
    SharingPages,
    SharedPages,
    LogPages,
]
TEMPLATES = [
    Path(package.__file__ or "").parent / "templates"
    for package in (navigation, training, credentials, certificates)
]
LARGEST_BODY = 1_000_000
ONE_YEAR = 365 * 24 * 3600


def jobs(here: Installation) -> outbox.Jobs:
    """Everything the outbox can be asked for, and who does it."""
    told = {notices.NOTICE: notices.deliverer(here.settings)}
    mine = (training_jobs.jobs(here), credential_jobs.jobs(), certificate_jobs.jobs(here))
    return told | {kind: job for each in mine for kind, job in each.items()}


def create_app(settings: Settings | None = None) -> Site:
    """Build the ASGI application from settings, the environment's by default."""
    settings = settings or Settings.from_env()
    here = Installation.of(settings)

    async def provide_installation() -> Installation:
        return here

    behind = [ProxyMiddleware(settings.proxies)] if settings.proxies else []
    app = Site(
        route_handlers=[
            *API,
            *PAGES,
            create_static_files_router(
                STATIC_PATH,
                directories=[STATIC],
                opt={"public": True, "anonymous": True},
                cache_control=CacheControlHeader(public=True, max_age=ONE_YEAR, immutable=True),
                include_in_schema=False,
            ),
        ],
        dependencies={
            "caller": Provide(provide_caller),
            "here": Provide(provide_installation),
            "papers": Provide(holdings.papers),
        },
        middleware=[
            *behind,
            SameOriginMiddleware(),
            SessionMiddleware(here.sessions),
            PermissionMiddleware(),
        ],
        exception_handlers={Exception: answer_error},
        csrf_config=CSRFConfig(
            secret=here.vault.derive("csrf"),
            cookie_name="__Host-csrf" if settings.secure_cookies else "csrf",
            cookie_secure=settings.secure_cookies,
            cookie_httponly=True,
            cookie_samesite="strict",
            exclude=["^/api/"],
            exclude_from_csrf_key="anonymous",
        ),
        template_config=TemplateConfig(
            instance=JinjaTemplateEngine.from_environment(environment(TEMPLATES))
        ),
        request_max_body_size=LARGEST_BODY,
        lifespan=[_lifespan],
        logging_config=None,
        state=State({"here": here, "navigation": navigation.links}),
        openapi_config=OpenAPIConfig(
            title="技术经理人登记系统 Technology Manager Registry",
            version="1",
            openapi_router=Router(
                "/schema", route_handlers=[], opt={"public": True}, include_in_schema=False
            ),
            # Named, because Litestar's own choice are pages that load from other hosts.
            render_plugins=[JsonRenderPlugin()],
            components=Components(
                security_schemes={
                    "session": SecurityScheme(
                        type="apiKey", name=here.sessions.cookie_name, security_scheme_in="cookie"
                    )
                }
            ),
            security=[{"session": []}],
        ),
    )
    policy = content_policy(f"'{INLINE_SCRIPT_HASH}'")
    app.headers = security_headers(policy, secure=settings.secure_cookies)
    return app


@asynccontextmanager
async def _lifespan(app: Litestar) -> AsyncIterator[None]:
    await db.connect(app.state.here.settings)
    # What is here now stays: the collector need not look at it again (halves the slowest answers).
    gc.collect()
    gc.freeze()
    try:
        async with _worker(app.state.here):
            yield
    finally:
        gc.unfreeze()
        await db.disconnect()


@asynccontextmanager
async def _worker(here: Installation) -> AsyncIterator[None]:
    async with anyio.create_task_group() as group:
        if here.settings.worker:
            group.start_soon(outbox.keep_empty, jobs(here))
        yield
        group.cancel_scope.cancel()
