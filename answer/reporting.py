"""The verbs that report what somebody says, or denies, as patterns. Pure."""

from __future__ import annotations

import re

_SAY = (
    "say says said tell tells told believe believes believed argue argues argued insist insists insisted warn warns "
    "warned allege alleges alleged suspect announces announced states stated claims claimed admits admitted "
    "acknowledges acknowledged confirms confirmed reports reported adds added explains explained describes described "
    "estimates estimated maintains maintained writes wrote testified conceded declares declared accuses accused calls "
    "called blames blamed recalled asserted noted counted suggested thinks hopes vowed promised pledged predict "
    "predicts predicted replied replies answered responded repeated expect expects expected want wants advises "
    "advised concluded complained revealed disclosed cautioned reckons showed shows ruled demanded urged"
)
_DENY = (
    "deny denies denied denying reject rejects rejected rejecting dismiss dismisses dismissed dismissing refute "
    "refutes refuted dispute disputes disputed"
)
SAY = (
    rf"(?:{'|'.join(_SAY.split())}|forecasts?(?= (?:that|in its|on)\b|[.,])|f(?:ou|i)nds?(?= that\b|[.,]|$)|"
    r"point(?:s|ed)? to|(?:spoke|speaks?|tells?|told) of|attribute[sd]?(?= [^.;]* to\b)|puts?(?= [^.;]* at\b))\b"
)
DENY = (
    rf"(?:{'|'.join(_DENY.split())}|brushe[sd] aside|shrug(?:s|ged) off|scoff(?:s|ed) at|wave[sd] (?:away|aside)|"
    r"laugh(?:s|ed) off)\b"
)
DENIAL = re.compile(rf"\b{DENY}", re.IGNORECASE)
