"""A made-up hall of eighty services, for the pages on which people find one of many."""

from itertools import product
from string import ascii_uppercase
from typing import Final

from jinghou_queue.contract.messages import Audience, ServiceView

_LETTERS: Final = tuple("".join(pair) for pair in product(ascii_uppercase, repeat=2))
_PEOPLE, _FIRMS, _ALL = Audience.PERSONAL, Audience.COMPANY, Audience.BOTH
_THEMES: Final[tuple[tuple[str, str, Audience, str, str], ...]] = (
    (
        "不动产", "Property", _PEOPLE,
        "二手房过户 新房首次登记 抵押登记 抵押注销 无房证明 房产查档 更名登记 继承登记",
        "Second-hand homes|New homes|Mortgages|Ending a mortgage|Proof of no home|Records|New names|Inheritance",
    ),
    (
        "社保医保", "Social security", _PEOPLE,
        "社保卡补办 养老金申领 参保证明 异地就医备案 医保报销 生育津贴 失业金申领 灵活就业参保",
        "Lost cards|Pensions|Proof of insurance|Care elsewhere|Refunds|Maternity pay|Jobless pay|Freelancers",
    ),
    (
        "户籍证件", "Households and papers", _PEOPLE,
        "身份证换领 户口迁移 居住证签注 出生登记 户口本补办 护照办理 港澳签注 曾用名证明",
        "Identity cards|Moving|Residence permits|Births|Household books|Passports|Hong Kong and Macao|Former names",
    ),
    (
        "公积金", "Housing fund", _ALL,
        "公积金提取 公积金贷款 异地转移 缴存证明 还款方式变更 账户合并 单位开户 缴存基数调整",
        "Withdrawals|Loans|Transfers|Proof of deposits|Repayments|Merging accounts|New employers|Deposit base",
    ),
    (
        "税费", "Taxes and fees", _ALL,
        "房产交易税 车辆购置税 个税申报 发票领用 代开发票 完税证明 税务登记 退税申请",
        "Tax on homes|Tax on cars|Income tax|Invoices|Invoices for others|Proof of tax|Tax registration|Refunds",
    ),
    (
        "婚育养老", "Family and old age", _PEOPLE,
        "结婚登记预约 生育登记 老年人优待证 高龄津贴 养老院申请 残疾人证 低保申请 殡葬服务",
        "Marriages|Births planned|Senior cards|Old-age pay|Care homes|Disability cards|Basic allowance|Funerals",
    ),
    (
        "企业开办", "Starting a company", _FIRMS,
        "名称自主申报 设立登记 变更登记 注销登记 印章刻制 银行开户 社保开户 营业执照补领",
        "Company names|New companies|Changes|Closing down|Company seals|Bank accounts|Staff insurance|Lost licences",
    ),
    (
        "经营许可", "Permits to trade", _FIRMS,
        "食品经营许可 药品经营许可 公共场所卫生 道路运输经营 烟草专卖零售 出版物零售 特种行业 医疗器械备案",
        "Food|Medicines|Public hygiene|Road transport|Tobacco|Books and press|Special trades|Medical devices",
    ),
    (
        "工程建设", "Building", _FIRMS,
        "立项用地规划 工程规划许可 施工许可 消防验收 竣工验收 水电气报装 户外广告 临时占道",
        "Planning of land|Planning of works|Permits to build|Fire safety|Completion|Water|Outdoor signs|Use of roads",
    ),
    (
        "", "", _ALL,
        "综合咨询 办件进度查询 材料打印 证明开具 帮办代办 意见建议 无障碍服务 其他事项",
        "Enquiries|Progress|Printing|Certificates|Help with forms|Suggestions|Accessible service|Anything else",
    ),
)  # fmt: skip


def many_services() -> tuple[ServiceView, ...]:
    """Eighty, each with so many people who wait."""
    each = [
        (theme, theme_en, audience, name, name_en)
        for theme, theme_en, audience, names, names_en in _THEMES
        for name, name_en in zip(names.split(), names_en.split("|"), strict=True)
    ]
    return tuple(
        ServiceView(
            id=f"s{place}",
            prefix=_LETTERS[place],
            name=name,
            name_en=name_en,
            zone="A 厅",
            identity="required" if audience is _PEOPLE else "optional",
            waiting=place * 7 % 23,
            audience=audience,
            theme=theme,
            theme_en=theme_en,
        )
        for place, (theme, theme_en, audience, name, name_en) in enumerate(each)
    )
